package io.inkstream.engine.pipeline;

import java.util.List;
import java.util.stream.LongStream;

/// What pictures that a request brings add to its load.
///
/// @param conditions sizes of those that go through the transformer beside the drawn picture
/// @param promptTokens of all of them among those of the prompt
/// @param inputBytes of the decoded pictures, of their mask, and of what is made of the largest on
///   the way to the networks
public record Given(List<LatentSize> conditions, int promptTokens, long inputBytes) {
  /// Words alone.
  public static final Given NONE = new Given(List.of(), 0, 0);

  public Given {
    conditions = List.copyOf(conditions);
  }

  /// A picture whose latents the drawing begins with.
  static Given start(InputPictures inputs) {
    return new Given(List.of(), 0, bytes(inputs));
  }

  /// Bytes of the decoded pictures and the mask.
  static long bytes(InputPictures inputs) {
    long mask = inputs.mask().map(InputMask::area).orElse(0L);
    return mask + inputs.pictures().stream().mapToLong(Given::bytes).sum();
  }

  private static long bytes(InputPicture picture) {
    return 3L * picture.width() * picture.height();
  }

  /// Rows that the transformer's image stream has for them.
  int tokens() {
    return conditions.stream().mapToInt(LatentSize::tokens).sum();
  }

  /// Of the largest that the VAE encodes.
  long mostPixels() {
    return pixels().max().orElse(0);
  }

  private LongStream pixels() {
    return conditions.stream().mapToLong(size -> (long) size.pixelWidth() * size.pixelHeight());
  }
}
