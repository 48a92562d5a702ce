package io.inkstream.engine.estimate;

import io.inkstream.engine.request.InputMask;
import io.inkstream.engine.request.InputPicture;
import io.inkstream.engine.request.InputPictures;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// What pictures that a request brings add to its load.
///
/// @param beside sizes of those that go through the transformer with the drawn picture at every
///   step
/// @param before sizes of those that stand among the text before it
/// @param promptTokens of all of them among those of the prompt
/// @param inputBytes of the decoded pictures, of their mask, and of what is made of the largest on
///   the way to the networks
public record Given(
    List<LatentSize> beside, List<LatentSize> before, int promptTokens, long inputBytes) {
  // Colours and alpha.
  private static final long BYTES_OF_PIXEL = 4;

  /// Words alone.
  public static final Given NONE = new Given(List.of(), List.of(), 0, 0);

  public Given {
    beside = List.copyOf(beside);
    before = List.copyOf(before);
  }

  /// A picture whose latents the drawing begins with.
  public static Given start(InputPictures inputs) {
    return new Given(List.of(), List.of(), 0, bytes(inputs));
  }

  /// Bytes of the decoded pictures and the mask.
  public static long bytes(InputPictures inputs) {
    long mask = inputs.mask().map(InputMask::area).orElse(0L);
    return mask + inputs.pictures().stream().mapToLong(Given::bytes).sum();
  }

  private static long bytes(InputPicture picture) {
    return BYTES_OF_PIXEL * picture.width() * picture.height();
  }

  /// Rows that the transformer's image stream has for them.
  int tokens() {
    return beside.stream().mapToInt(LatentSize::tokens).sum();
  }

  /// Rows that the transformer has for them before the drawn picture.
  int tokensBefore() {
    return before.stream().mapToInt(LatentSize::tokens).sum();
  }

  /// Of the largest of those.
  int mostTokensBefore() {
    return before.stream().mapToInt(LatentSize::tokens).max().orElse(0);
  }

  /// Of the largest that the VAE encodes.
  long mostPixels() {
    return pixels().max().orElse(0);
  }

  private LongStream pixels() {
    return Stream.concat(beside.stream(), before.stream())
        .mapToLong(size -> (long) size.pixelWidth() * size.pixelHeight());
  }
}
