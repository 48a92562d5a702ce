package io.inkstream.engine.textencoder;

import io.inkstream.engine.runtime.CancellationSignal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// From a prompt to its embeddings, as diffusers' `encode_prompt` of the Qwen-Image pipeline.
///
/// The last prompts are remembered, within a budget: a repeated prompt costs nothing.
public final class PromptEncoder implements AutoCloseable {
  /// Largest `max_sequence_length`; with the template's 34, where the tokens are cut.
  public static final int MAX_SEQUENCE_LENGTH = 1024;

  private static final long REMEMBERED_FLOATS = 16L << 20;

  private final Qwen2Tokenizer tokenizer;
  private final Qwen25VLTextEncoder encoder;
  // In order of use, so that the eldest is the first to go. Guarded by itself.
  private final Map<String, PromptEmbeds> remembered = new LinkedHashMap<>(16, 0.75f, true);

  public PromptEncoder(Qwen2Tokenizer tokenizer, Qwen25VLTextEncoder encoder) {
    this.tokenizer = tokenizer;
    this.encoder = encoder;
  }

  /// The prompt's embeddings, `[at most maxSequenceLength, width]`.
  ///
  /// A prompt of more than [#MAX_SEQUENCE_LENGTH] tokens loses its end and the template's.
  public PromptEmbeds encode(String prompt, int maxSequenceLength, CancellationSignal signal) {
    PromptEmbeds whole = recall(prompt);
    if (whole == null) {
      whole = compute(prompt, signal);
      remember(prompt, whole);
    }
    return whole.tokens() <= maxSequenceLength ? whole : whole.first(maxSequenceLength);
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

  private @Nullable PromptEmbeds recall(String prompt) {
    synchronized (remembered) {
      return remembered.get(prompt);
    }
  }

  private void remember(String prompt, PromptEmbeds embeds) {
    synchronized (remembered) {
      remembered.put(prompt, embeds);
      long floats = remembered.values().stream().mapToLong(e -> e.values().length).sum();
      var eldest = remembered.values().iterator();
      while (floats > REMEMBERED_FLOATS && remembered.size() > 1) {
        floats -= eldest.next().values().length;
        eldest.remove();
      }
    }
  }

  @Override
  public void close() {
    encoder.close();
  }
}
