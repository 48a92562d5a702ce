package io.inkstream.engine.transformer;

import java.nio.file.Path;
import java.util.Optional;

/// An adapter that acts, and how much.
///
/// @param file that it is read from
/// @param version tells what the file is now from what it was or will be
/// @param weight that its low-rank products are multiplied by, of any sign
/// @param alpha in the place of what its file says, if any
public record AdapterWeight(Path file, String version, double weight, Optional<Double> alpha) {}
