package io.inkstream.engine.snapshot;

import io.inkstream.engine.checkpoint.Part;
import io.inkstream.engine.estimate.LatentSize;
import io.inkstream.engine.graph.OnnxModel;
import io.inkstream.engine.network.DeepVisionGraph;
import io.inkstream.engine.network.DoubleStreamGraphs;
import io.inkstream.engine.network.ResidualVaeGraphs;
import io.inkstream.engine.network.SingleStreamGraphs;
import io.inkstream.engine.network.TextEncoderGraph;
import io.inkstream.engine.network.TransformerGraphs;
import io.inkstream.engine.network.VaeGraphs;
import io.inkstream.engine.network.VaeGraphs.Convolutions;
import io.inkstream.engine.network.VisionGraph;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.weights.Component;
import io.inkstream.engine.weights.DeepVisionConfig;
import io.inkstream.engine.weights.Generation;
import io.inkstream.engine.weights.ModelDirectory;
import io.inkstream.engine.weights.OpenedFiles;
import io.inkstream.engine.weights.PipelineClass;
import io.inkstream.engine.weights.SnapshotException;
import io.inkstream.engine.weights.TextEncoderConfig;
import io.inkstream.engine.weights.TransformerConfig;
import io.inkstream.engine.weights.VaeConfig;
import io.inkstream.engine.weights.VisionConfig;
import io.inkstream.engine.weights.VisionSizes;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// An opened model: every config read, every tensor found and checked, no weight loaded.
public final class QwenImageSnapshot {
  private final SnapshotParts parts;
  private final Component transformer;
  private final Component textEncoder;
  private final Component vae;
  private final TransformerConfig transformerConfig;
  private final TextEncoderConfig textEncoderConfig;
  private final VaeConfig vaeConfig;
  private final SchedulerConfigReader scheduler;
  private final OpenedFiles files;

  private QwenImageSnapshot(
      SnapshotParts parts,
      Component transformer,
      Component textEncoder,
      Component vae,
      OpenedFiles files) {
    this.parts = parts;
    this.transformer = transformer;
    this.textEncoder = textEncoder;
    this.vae = vae;
    this.transformerConfig = TransformerConfig.from(transformer.config());
    this.textEncoderConfig = TextEncoderConfig.from(textEncoder.config());
    this.vaeConfig = VaeConfig.from(vae.config());
    this.scheduler = new SchedulerConfigReader(parts.scheduler());
    this.files = files;
    requireMatch();
  }

  /// Opens a snapshot, perhaps with another VAE.
  ///
  /// @throws io.inkstream.engine.weights.SnapshotException if it is damaged or of another form
  public static QwenImageSnapshot open(Path modelPath, Optional<Path> vaePath) {
    return open(ModelFiles.of(modelPath, vaePath));
  }

  /// Opens a model.
  ///
  /// @throws io.inkstream.engine.weights.SnapshotException if it is damaged or of another form
  public static QwenImageSnapshot open(ModelFiles files) {
    var parts = new SnapshotParts(files, ModelDirectory.open(files.snapshot()));
    var transformer = parts.of(Part.TRANSFORMER);
    var textEncoder = parts.of(Part.TEXT_ENCODER);
    var vae = parts.of(Part.VAE);
    return new QwenImageSnapshot(
        parts, transformer, textEncoder, vae, OpenedFiles.of(transformer, textEncoder, vae));
  }

  /// The same with another transformer of this form.
  public QwenImageSnapshot with(Component otherTransformer) {
    return with(otherTransformer, textEncoder);
  }

  /// The same with another transformer and text encoder of this form.
  public QwenImageSnapshot with(Component otherTransformer, Component otherTextEncoder) {
    var opened = OpenedFiles.of(otherTransformer, otherTextEncoder, vae);
    return new QwenImageSnapshot(parts, otherTransformer, otherTextEncoder, vae, opened);
  }

  /// The same with a transformer and a text encoder whose files need not be there yet: to plan, not
  /// to run.
  public QwenImageSnapshot planned(Component otherTransformer, Component otherTextEncoder) {
    return new QwenImageSnapshot(parts, otherTransformer, otherTextEncoder, vae, files);
  }

  private void requireMatch() {
    requireGeneration(transformer, transformerConfig.generation());
    requireGeneration(textEncoder, textEncoderConfig.generation());
    requireGeneration(vae, vaeConfig.generation());
    if (transformerConfig.patchSize() != patchSize()) {
      throw transformer.config().wrong("patch_size", patchSize() + ", this version runs no other");
    }
    if (transformerConfig.jointAttentionDim() != textEncoderConfig.hiddenSize()) {
      throw transformer
          .config()
          .wrong(
              "joint_attention_dim",
              "the text encoder's hidden_size, " + textEncoderConfig.hiddenSize());
    }
    if (transformerConfig.zeroCondT() && !pipelineClass().edits()) {
      throw transformer
          .config()
          .wrong("zero_cond_t", "false in a snapshot of " + pipelineClass() + ", which edits none");
    }
    if (seesPictures()) {
      requireEyesMatch();
    }
    if (transformerConfig.outChannels() != vaeConfig.zDim()) {
      throw transformer.config().wrong("out_channels", "the VAE's z_dim, " + vaeConfig.zDim());
    }
  }

  private void requireEyesMatch() {
    var config = textEncoder.config();
    if (visionSizes().outHiddenSize() != textEncoderConfig.hiddenSize()) {
      throw config.wrong(
          "vision_config",
          "one with out_hidden_size = hidden_size = " + textEncoderConfig.hiddenSize());
    }
    if (deepLayers() > textEncoderConfig.numHiddenLayers()) {
      throw config.wrong(
          "vision_config",
          "one with at most num_hidden_layers = %d deepstack_visual_indexes"
              .formatted(textEncoderConfig.numHiddenLayers()));
    }
    boolean placed = generation() == Generation.QWEN_IMAGE_21; // a row's place is 2 x 2 latents'
    if (placed && visionSizes().patchSize() != vaeConfig.spatialScale()) {
      throw config.wrong(
          "vision_config", "one with patch_size = the VAE's scale, " + vaeConfig.spatialScale());
    }
  }

  private void requireGeneration(Component component, Generation found) {
    if (found != generation()) {
      throw new SnapshotException(
          component.config().file(),
          "%s is no network of a snapshot of %s"
              .formatted(component.config().className(), pipelineClass()));
    }
  }

  private int patchSize() {
    return switch (generation()) {
      case QWEN_IMAGE -> LatentSize.PATCH;
      case QWEN_IMAGE_21 -> 1;
    };
  }

  public Path path() {
    return parts.directory().path();
  }

  /// Which networks it has.
  public Generation generation() {
    return pipelineClass().generation();
  }

  /// The noise levels that a distilled model draws with, whatever is asked for; else none.
  public List<Double> sampleSigmas() {
    return parts.directory().sampleSigmas();
  }

  public PipelineClass pipelineClass() {
    return parts.directory().pipelineClass();
  }

  public Path tokenizer() {
    return parts.tokenizer();
  }

  public Component transformer() {
    return transformer;
  }

  public Component textEncoder() {
    return textEncoder;
  }

  public Component vae() {
    return vae;
  }

  public TransformerConfig transformerConfig() {
    return transformerConfig;
  }

  public TextEncoderConfig textEncoderConfig() {
    return textEncoderConfig;
  }

  public VaeConfig vaeConfig() {
    return vaeConfig;
  }

  public SchedulerConfigReader scheduler() {
    return scheduler;
  }

  /// The files of all weights.
  public OpenedFiles files() {
    return files;
  }

  /// The transformer's graphs.
  public TransformerGraphs transformerGraphs() {
    return transformerGraphs(DType.F32);
  }

  /// The transformer's graphs, computing in an element type.
  public TransformerGraphs transformerGraphs(DType element) {
    return transformerGraphs(element, false);
  }

  /// The transformer's graphs, computing in an element type.
  ///
  /// @param adaptable whether adapters may stand beside the linear layers
  public TransformerGraphs transformerGraphs(DType element, boolean adaptable) {
    return switch (generation()) {
      case QWEN_IMAGE -> new DoubleStreamGraphs(transformer, transformerConfig, element, adaptable);
      case QWEN_IMAGE_21 ->
          new SingleStreamGraphs(transformer, transformerConfig, element, adaptable);
    };
  }

  /// The text encoder's graph.
  public OnnxModel textEncoderGraph() {
    return textEncoderGraph(DType.F32);
  }

  /// The text encoder's graph, computing in an element type.
  public OnnxModel textEncoderGraph(DType element) {
    return textEncoderGraphs(element).build();
  }

  /// The text encoder's graphs, computing in an element type.
  public TextEncoderGraph textEncoderGraphs(DType element) {
    return new TextEncoderGraph(textEncoder, textEncoderConfig, element, deepLayers());
  }

  /// The VAE decoder's graph.
  public OnnxModel decoderGraph() {
    return decoderGraph(Convolutions.PLAIN);
  }

  /// The VAE decoder's graph.
  public OnnxModel decoderGraph(Convolutions convolutions) {
    return switch (generation()) {
      case QWEN_IMAGE -> new VaeGraphs(vae, vaeConfig, convolutions).decoder();
      case QWEN_IMAGE_21 -> new ResidualVaeGraphs(vae, vaeConfig, convolutions).decoder();
    };
  }

  /// The VAE encoder's graph, if the model encodes pictures and its files have an encoder.
  public Optional<OnnxModel> encoderGraph(Convolutions convolutions) {
    return switch (generation()) {
      case QWEN_IMAGE -> {
        var graphs = new VaeGraphs(vae, vaeConfig, convolutions);
        yield graphs.hasEncoder() ? Optional.of(graphs.encoder()) : Optional.empty();
      }
      case QWEN_IMAGE_21 -> {
        var graphs = new ResidualVaeGraphs(vae, vaeConfig, convolutions);
        yield graphs.hasEncoder() ? Optional.of(graphs.encoder()) : Optional.empty();
      }
    };
  }

  /// Whether it edits pictures, for which its text encoder must have eyes. Qwen-Image-2.1 does
  /// where its files have them and the VAE's encoder.
  public boolean seesPictures() {
    return switch (generation()) {
      case QWEN_IMAGE -> pipelineClass().edits();
      case QWEN_IMAGE_21 ->
          textEncoder.tensors().containsKey(RunWeights.VISION + "patch_embed.proj.weight")
              && new ResidualVaeGraphs(vae, vaeConfig, Convolutions.PLAIN).hasEncoder();
    };
  }

  /// Layers of the text encoder that its eyes add to.
  public int deepLayers() {
    return switch (generation()) {
      case QWEN_IMAGE -> 0;
      case QWEN_IMAGE_21 -> seesPictures() ? deepVisionConfig().deepBlocks().size() : 0;
    };
  }

  private VisionSizes visionSizes() {
    return switch (generation()) {
      case QWEN_IMAGE -> visionConfig().sizes();
      case QWEN_IMAGE_21 -> deepVisionConfig().sizes();
    };
  }

  /// The vision tower of a model of Qwen-Image that edits pictures.
  ///
  /// @throws io.inkstream.engine.weights.SnapshotException if it has none
  public VisionConfig visionConfig() {
    return VisionConfig.from(textEncoder.config());
  }

  /// The vision tower of a Qwen-Image-2.1 that sees pictures.
  ///
  /// @throws io.inkstream.engine.weights.SnapshotException if it has none
  public DeepVisionConfig deepVisionConfig() {
    return DeepVisionConfig.from(textEncoder.config());
  }

  /// The vision tower's graph, of a model that sees pictures.
  ///
  /// @throws io.inkstream.engine.weights.SnapshotException if it lacks a tensor
  public OnnxModel visionGraph(DType element) {
    return switch (generation()) {
      case QWEN_IMAGE -> new VisionGraph(textEncoder, visionConfig(), element).build();
      case QWEN_IMAGE_21 -> new DeepVisionGraph(textEncoder, deepVisionConfig(), element).build();
    };
  }

  /// All graphs of a part in float32, by the part's folder name.
  public List<OnnxModel> graphs(String part) {
    return graphs(part, DType.F32);
  }

  /// All graphs of a part, by the part's folder name. The VAE is float32 always: `Resize` knows no
  /// bfloat16.
  public List<OnnxModel> graphs(String part, DType element) {
    return switch (part) {
      case "transformer" -> transformerGraphs(element).all();
      case "text_encoder" -> List.of(textEncoderGraph(element));
      case "vae" -> List.of(decoderGraph());
      default -> throw new IllegalArgumentException(part);
    };
  }
}
