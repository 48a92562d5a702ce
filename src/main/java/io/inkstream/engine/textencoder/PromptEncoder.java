package io.inkstream.engine.textencoder;

import io.inkstream.engine.runtime.CancellationSignal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// From a prompt to its embeddings, as diffusers' `encode_prompt` of the Qwen-Image pipelines.
///
/// The last prompts are remembered, within a share of the heap: a repeated prompt costs nothing.
public final class PromptEncoder implements AutoCloseable {
  /// Largest `max_sequence_length`; with the template's first tokens, where the tokens are cut.
  public static final int MAX_SEQUENCE_LENGTH = 1024;

  private final Qwen2Tokenizer tokenizer;
  private final Qwen25VLTextEncoder encoder;
  private final PromptTemplate template;
  private final int drop;
  private final RememberedPrompts remembered =
      RememberedPrompts.within(Runtime.getRuntime().maxMemory());

  /// @param template that prompts without pictures are put in
  public PromptEncoder(
      Qwen2Tokenizer tokenizer, Qwen25VLTextEncoder encoder, PromptTemplate template) {
    this.tokenizer = tokenizer;
    this.encoder = encoder;
    this.template = template;
    this.drop = template.drop(tokenizer);
  }

  /// The prompt's embeddings, `[at most maxSequenceLength, width]`.
  ///
  /// A prompt of more than [#MAX_SEQUENCE_LENGTH] tokens loses its end and the template's.
  public PromptEmbeds encode(String prompt, int maxSequenceLength, CancellationSignal signal) {
    PromptEmbeds whole = remembered.recall(prompt);
    if (whole == null) {
      whole = compute(prompt, signal);
      remembered.remember(prompt, whole);
    }
    return whole.tokens() <= maxSequenceLength ? whole : whole.first(maxSequenceLength);
  }

  /// The embeddings of a prompt and its pictures, `[tokens, width]`, which no length cuts:
  /// diffusers' `encode_prompt` of the pipelines for edits. They are not remembered.
  public PromptEmbeds encode(
      String prompt,
      EditTemplate template,
      List<PictureEmbeds> pictures,
      CancellationSignal signal) {
    var opened = opening(template, pictures);
    opened.tokens().addAll(tokenizer.encode(template.closing(prompt)));
    int[] ids = opened.tokens().toArray();
    try (var hidden = encoder.encode(ids, opened.pictures(), signal)) {
      return kept(hidden.toArray(), ids.length, template.drop(tokenizer));
    }
  }

  /// Where pictures begin among the tokens of every prompt, what is dropped left out.
  public List<Integer> placesOf(EditTemplate template, List<PictureEmbeds> pictures) {
    int drop = template.drop(tokenizer);
    return opening(template, pictures).pictures().stream()
        .map(picture -> picture.at() - drop)
        .toList();
  }

  /// Tokens that pictures of so many rows take before a prompt, what is dropped left out.
  public int tokensOf(EditTemplate template, List<Integer> rows) {
    int marks = tokenizer.encode(template.opening(rows.size())).length - template.drop(tokenizer);
    return marks - rows.size() + rows.stream().mapToInt(Integer::intValue).sum();
  }

  private record Opening(IntList tokens, List<PlacedPicture> pictures) {}

  private Opening opening(EditTemplate template, List<PictureEmbeds> pictures) {
    int place = tokenizer.tokenId(EditTemplate.PICTURE).orElseThrow();
    IntList tokens = new IntList();
    List<PlacedPicture> placed = new ArrayList<>();
    for (int id : tokenizer.encode(template.opening(pictures.size()))) {
      int times = 1;
      if (id == place) {
        placed.add(new PlacedPicture(tokens.size(), pictures.get(placed.size())));
        times = placed.getLast().embeds().tokens();
      }
      for (int i = 0; i < times; i++) {
        tokens.add(id);
      }
    }
    return new Opening(tokens, placed);
  }

  private PromptEmbeds kept(float[] hidden, int tokens, int drop) {
    int width = encoder.width();
    float[] rows = Arrays.copyOfRange(hidden, drop * width, hidden.length);
    return new PromptEmbeds(rows, tokens - drop, width);
  }

  /// What is remembered of the prompts so far.
  public PromptMemory memory() {
    return remembered.memory();
  }

  /// Width of the embeddings.
  public int width() {
    return encoder.width();
  }

  private PromptEmbeds compute(String prompt, CancellationSignal signal) {
    int[] ids = tokenizer.encode(template.apply(prompt), MAX_SEQUENCE_LENGTH + drop);
    try (var hidden = encoder.encode(ids, signal)) {
      return kept(hidden.toArray(), ids.length, drop);
    }
  }

  @Override
  public void close() {
    encoder.close();
  }
}
