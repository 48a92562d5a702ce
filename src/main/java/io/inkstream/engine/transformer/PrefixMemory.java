package io.inkstream.engine.transformer;

import io.inkstream.engine.tensor.Tensor;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The prefixes of the last texts, within a budget of bytes. Safe for any thread.
final class PrefixMemory {
  /// A few short prompts of the published model: a token takes a megabyte in float32.
  static final long BUDGET = 256L << 20;

  private final long budget;
  // In order of use, so that the eldest is the first to go. Guarded by this.
  private final Map<Key, Prefix> prefixes = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  /// What a prefix follows from, beside the model.
  ///
  /// @param embeds a hash of the text's embeddings
  /// @param adapters that act
  record Key(String embeds, List<AdapterWeight> adapters) {
    static Key of(Tensor embeds, List<AdapterWeight> adapters) {
      ByteBuffer numbers = embeds.segment().asByteBuffer();
      try {
        var digest = MessageDigest.getInstance("SHA-256");
        digest.update(numbers);
        return new Key(HexFormat.of().formatHex(digest.digest()), List.copyOf(adapters));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e); // every JDK has it
      }
    }
  }

  /// @param budget in bytes
  PrefixMemory(long budget) {
    this.budget = budget;
  }

  synchronized @Nullable Prefix recall(Key key) {
    return prefixes.get(key);
  }

  /// Forgets the eldest if all together are too much; one that alone is too much is not kept.
  synchronized void remember(Key key, Prefix prefix) {
    if (prefix.bytes() > budget || prefixes.containsKey(key)) {
      return;
    }
    var eldest = prefixes.values().iterator();
    while (bytes + prefix.bytes() > budget) {
      bytes -= eldest.next().bytes();
      eldest.remove();
    }
    prefixes.put(key, prefix);
    bytes += prefix.bytes();
  }
}
