package io.inkstream.engine.transformer;

import io.inkstream.engine.runtime.DeviceLodger;
import io.inkstream.engine.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The prefixes of the last texts, within a budget of bytes. Safe for any thread.
final class PrefixMemory implements DeviceLodger, AutoCloseable {
  /// A few short prompts of the published model: a token takes a megabyte in float32, half of it in
  /// bfloat16.
  static final long BUDGET = 256L << 20;

  private final long budget;
  // In order of use, so that the eldest is the first to go. Guarded by this.
  private final Map<Key, Prefix> prefixes = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  /// What a prefix follows from, beside the model.
  ///
  /// @param embeds a hash of the text's embeddings, and of the pictures' latents and places
  /// @param adapters that act
  record Key(String embeds, List<AdapterWeight> adapters) {
    static Key of(Tensor embeds, List<GivenPicture> pictures, List<AdapterWeight> adapters) {
      ByteBuffer numbers = embeds.segment().asByteBuffer();
      try {
        var digest = MessageDigest.getInstance("SHA-256");
        digest.update(numbers);
        for (GivenPicture picture : pictures) {
          String place = picture.at() + " " + picture.grid();
          digest.update(place.getBytes(StandardCharsets.UTF_8));
          try (var latents = Tensor.of(picture.tokens(), picture.tokens().length)) {
            digest.update(latents.segment().asByteBuffer());
          }
        }
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

  /// A share in a prefix, if it is there.
  synchronized @Nullable Prefix recall(Key key) {
    Prefix prefix = prefixes.get(key);
    return prefix == null ? null : prefix.share();
  }

  /// Takes a share of its own. Forgets the eldest if all together are too much; one that alone is
  /// too much is not kept.
  synchronized void remember(Key key, Prefix prefix) {
    if (prefix.bytes() > budget || prefixes.containsKey(key)) {
      return;
    }
    forget(budget - prefix.bytes());
    prefix.remember();
    prefixes.put(key, prefix.share());
    bytes += prefix.bytes();
  }

  /// Forgets the eldest until the others are so many bytes or fewer.
  private void forget(long most) {
    var eldest = prefixes.values().iterator();
    while (bytes > most) {
      Prefix prefix = eldest.next();
      eldest.remove();
      bytes -= prefix.bytes();
      prefix.close();
    }
  }

  /// None: they are tensors, which count as free as it is.
  @Override
  public long bytes() {
    return 0;
  }

  /// Forgets all; a device has the memory back of those that nobody reads.
  @Override
  public synchronized void leave() {
    forget(0);
  }

  @Override
  public void close() {
    leave();
  }
}
