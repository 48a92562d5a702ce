package io.inkstream.engine.transformer;

import java.nio.file.Path;
import java.util.Optional;

/// An adapter that acts, and how much.
///
/// @param file that it is read from
/// @param version tells what the file is now from what it was or will be
/// @param weight that its low-rank products are multiplied by, of any sign
/// @param alpha in the place of what its file says, if any
public record AdapterWeight(Path file, String version, double weight, Optional<Double> alpha) {
  /// Tells it from other adapters, and from itself with another weight.
  @Override
  public String toString() {
    String said = file.getFileName() + " " + version + " " + weight;
    return alpha.map(own -> said + " alpha " + own).orElse(said);
  }
}
