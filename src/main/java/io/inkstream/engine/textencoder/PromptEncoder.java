package io.inkstream.engine.textencoder;

import io.inkstream.engine.runtime.CancellationSignal;
import java.util.Arrays;

/// From a prompt to its embeddings, as diffusers' `encode_prompt` of the Qwen-Image pipeline.
///
/// The last prompts are remembered, within a share of the heap: a repeated prompt costs nothing.
public final class PromptEncoder implements AutoCloseable {
  /// Largest `max_sequence_length`; with the template's 34, where the tokens are cut.
  public static final int MAX_SEQUENCE_LENGTH = 1024;

  private final Qwen2Tokenizer tokenizer;
  private final Qwen25VLTextEncoder encoder;
  private final RememberedPrompts remembered =
      RememberedPrompts.within(Runtime.getRuntime().maxMemory());

  public PromptEncoder(Qwen2Tokenizer tokenizer, Qwen25VLTextEncoder encoder) {
    this.tokenizer = tokenizer;
    this.encoder = encoder;
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

  /// What is remembered of the prompts so far.
  public PromptMemory memory() {
    return remembered.memory();
  }

  /// Width of the embeddings.
  public int width() {
    return encoder.width();
  }

  private PromptEmbeds compute(String prompt, CancellationSignal signal) {
    int[] ids =
        tokenizer.encode(PromptTemplate.apply(prompt), MAX_SEQUENCE_LENGTH + PromptTemplate.DROP);
    try (var hidden = encoder.encode(ids, signal)) {
      float[] all = hidden.toArray();
      int width = encoder.width();
      int tokens = ids.length - PromptTemplate.DROP;
      float[] kept = Arrays.copyOfRange(all, PromptTemplate.DROP * width, all.length);
      return new PromptEmbeds(kept, tokens, width);
    }
  }

  @Override
  public void close() {
    encoder.close();
  }
}
