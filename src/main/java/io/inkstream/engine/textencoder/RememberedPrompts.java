package io.inkstream.engine.textencoder;

import java.lang.ref.SoftReference;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The embeddings of the last prompts, within a budget of bytes. They are held softly: where the
/// heap is short, they go before anything fails. Safe for any thread.
final class RememberedPrompts {
  private static final int SHARE_OF_HEAP = 16;
  private static final long MOST = 64L << 20;

  private final long budget;
  // In order of use, so that the eldest is the first to go. Guarded by this.
  private final Map<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;
  private long hits;
  private long misses;

  private record Entry(SoftReference<PromptEmbeds> embeds, long bytes) {
    boolean isGone() {
      return embeds.refersTo(null);
    }
  }

  /// @param budget in bytes
  RememberedPrompts(long budget) {
    this.budget = budget;
  }

  /// A sixteenth of a heap, at most 64 MB.
  ///
  /// @param heap the most that it can be, in bytes
  static RememberedPrompts within(long heap) {
    return new RememberedPrompts(Math.min(MOST, heap / SHARE_OF_HEAP));
  }

  synchronized @Nullable PromptEmbeds recall(String prompt) {
    Entry entry = entries.get(prompt);
    PromptEmbeds embeds = entry == null ? null : entry.embeds().get();
    hits += embeds == null ? 0 : 1;
    misses += embeds == null ? 1 : 0;
    return embeds;
  }

  /// Forgets the eldest if all together are too much; one that alone is too much is not kept.
  synchronized void remember(String prompt, PromptEmbeds embeds) {
    long size =
        (long) Float.BYTES * embeds.values().length + (long) Character.BYTES * prompt.length();
    forget(prompt);
    if (size > budget) {
      return;
    }
    while (bytes + size > budget) {
      forget(entries.keySet().iterator().next());
    }
    entries.put(prompt, new Entry(new SoftReference<>(embeds), size));
    bytes += size;
  }

  private void forget(String prompt) {
    Entry entry = entries.remove(prompt);
    bytes -= entry == null ? 0 : entry.bytes();
  }

  /// What there is now; forgets those that went because the heap was short.
  synchronized PromptMemory memory() {
    var gone = entries.entrySet().stream().filter(entry -> entry.getValue().isGone());
    gone.map(Map.Entry::getKey).toList().forEach(this::forget);
    return new PromptMemory(entries.size(), bytes, hits, misses);
  }

  long budget() {
    return budget;
  }
}
