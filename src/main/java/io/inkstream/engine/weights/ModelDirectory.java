package io.inkstream.engine.weights;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A snapshot in diffusers' layout: `model_index.json` and a folder for each component.
public final class ModelDirectory {
  private static final String INDEX = "model_index.json";
  private static final String TOKENIZER = "tokenizer";

  private final Path path;
  private static final String SAMPLE_SIGMAS = "sample_sigmas";

  private final PipelineClass pipelineClass;
  private final List<Double> sampleSigmas;

  private ModelDirectory(Path path, PipelineClass pipelineClass, List<Double> sampleSigmas) {
    this.path = path;
    this.pipelineClass = pipelineClass;
    this.sampleSigmas = List.copyOf(sampleSigmas);
  }

  /// Reads `model_index.json`; the components are read when asked for.
  ///
  /// @throws SnapshotException if this is no such folder, or of a pipeline that this version does
  ///   not run
  public static ModelDirectory open(Path path) {
    if (!Files.isDirectory(path)) {
      String found =
          Files.exists(path)
              ? "is a file, must be a folder with %s; give a network's file with --transformer-path"
              : "does not exist, must be a folder with %s";
      throw new SnapshotException(path, found.formatted(INDEX));
    }
    if (!Files.exists(path.resolve(INDEX))) {
      throw new SnapshotException(path, withoutIndex(path));
    }
    var index = ComponentConfig.read(path.resolve(INDEX));
    return new ModelDirectory(path, PipelineClass.of(index), sampleSigmas(index));
  }

  private static List<Double> sampleSigmas(ComponentConfig index) {
    if (!index.has(SAMPLE_SIGMAS)) {
      return List.of();
    }
    List<Double> sigmas = index.numbers(SAMPLE_SIGMAS);
    boolean falls = !sigmas.isEmpty() && sigmas.getFirst() <= 1 && sigmas.getLast() > 0;
    for (int i = 1; i < sigmas.size(); i++) {
      falls &= sigmas.get(i) < sigmas.get(i - 1);
    }
    index.require(falls, SAMPLE_SIGMAS, "numbers that fall, from 1 at most, all above 0");
    return sigmas;
  }

  private static String withoutIndex(Path path) {
    Path config = path.resolve("config.json");
    if (Files.exists(config)) {
      String name = SnapshotException.shown(ComponentConfig.read(config).className());
      return "is a single component (" + name + "), must be the folder above it, with " + INDEX;
    }
    return "has no " + INDEX + ", must be a whole snapshot; it has " + FolderListing.of(path);
  }

  /// The folder.
  public Path path() {
    return path;
  }

  /// `_class_name` of `model_index.json`.
  public PipelineClass pipelineClass() {
    return pipelineClass;
  }

  /// The noise levels that a distilled model draws with, whatever is asked for; else none.
  public List<Double> sampleSigmas() {
    return sampleSigmas;
  }

  /// Opens the component in the folder of that name, such as `transformer`.
  ///
  /// @throws SnapshotException if it is missing or damaged
  public Component component(String name) {
    return Component.open(path.resolve(name));
  }

  /// The folder with the tokenizer's files.
  ///
  /// @throws SnapshotException if it is missing
  public Path tokenizer() {
    Path tokenizer = path.resolve(TOKENIZER);
    if (!Files.isDirectory(tokenizer)) {
      throw new SnapshotException(tokenizer, "is missing, must be a folder of the snapshot");
    }
    return tokenizer;
  }
}
