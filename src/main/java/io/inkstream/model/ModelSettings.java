package io.inkstream.model;

import java.nio.file.Path;
import java.util.Optional;

/// Which snapshot to load, and how.
///
/// @param modelPath a snapshot of the published form
/// @param vaePath another folder for the VAE
public record ModelSettings(Path modelPath, Optional<Path> vaePath, WeightMode weights) {}
