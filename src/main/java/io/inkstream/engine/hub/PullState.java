package io.inkstream.engine.hub;

import io.inkstream.engine.device.Amount;
import java.time.Duration;
import java.util.Optional;

/// How far a fetch has got.
///
/// @param model what is fetched, for people
/// @param files that are there, of `allFiles`
/// @param bytes that are there, of `allBytes`
/// @param bytesPerSecond that came on the whole so far
public record PullState(
    String model, int files, int allFiles, long bytes, long allBytes, double bytesPerSecond) {
  /// What is still to be waited, as it looks now; empty while nothing comes.
  public Optional<Duration> left() {
    return bytesPerSecond > 0
        ? Optional.of(Duration.ofSeconds((long) ((allBytes - bytes) / bytesPerSecond)))
        : Optional.empty();
  }

  /// `Qwen/Qwen-Image: 12.3 GB of 57.7 GB, 7 of 31 files, 105.0 MB/s, 7 min left`.
  @Override
  public String toString() {
    return isBegun()
        ? "%s: %s, %d of %d files%s".formatted(model, amount(), files, allFiles, speed())
        : model + ": the Hub is asked what there is";
  }

  /// Without names and files, where there is little room.
  public String brief() {
    return isBegun() ? amount() + speed() : toString();
  }

  private String amount() {
    return Amount.bytes(bytes) + " of " + Amount.bytes(allBytes);
  }

  private boolean isBegun() {
    return allFiles > 0;
  }

  private String speed() {
    return left()
        .filter(_ -> bytes < allBytes)
        .map(left -> ", %s/s, %s left".formatted(Amount.bytes((long) bytesPerSecond), time(left)))
        .orElse("");
  }

  private static String time(Duration left) {
    long seconds = left.toSeconds();
    return seconds >= 3600
        ? "%d h %d min".formatted(seconds / 3600, seconds / 60 % 60)
        : seconds >= 60 ? "%d min".formatted(seconds / 60) : seconds + " s";
  }
}
