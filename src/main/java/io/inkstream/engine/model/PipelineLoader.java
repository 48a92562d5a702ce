package io.inkstream.engine.model;

import io.inkstream.engine.device.Parallelism;
import io.inkstream.engine.pipeline.AdapterShelf;
import io.inkstream.engine.pipeline.Components;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.pipeline.EditSettings;
import io.inkstream.engine.pipeline.PipelineForm;
import io.inkstream.engine.pipeline.TrueCfg;
import io.inkstream.engine.pipeline.VisionImageProcessor;
import io.inkstream.engine.quantization.QuantizedWeights;
import io.inkstream.engine.runtime.DeviceRuntime;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.Runtimes;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.scheduler.FlowMatchEulerDiscreteScheduler;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.MappedMatrix;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.tensor.Precision.OnDevice;
import io.inkstream.engine.tensor.RowTable;
import io.inkstream.engine.textencoder.EditTemplate;
import io.inkstream.engine.textencoder.MultimodalRope;
import io.inkstream.engine.textencoder.PromptEncoder;
import io.inkstream.engine.textencoder.PromptTemplate;
import io.inkstream.engine.textencoder.Qwen25VLTextEncoder;
import io.inkstream.engine.textencoder.Qwen25VLVisionTower;
import io.inkstream.engine.textencoder.Qwen2Tokenizer;
import io.inkstream.engine.textencoder.Qwen3VLVisionTower;
import io.inkstream.engine.textencoder.TextLayers;
import io.inkstream.engine.textencoder.TokenizerException;
import io.inkstream.engine.textencoder.VisionTower;
import io.inkstream.engine.transformer.AdapterWeight;
import io.inkstream.engine.transformer.DiffusionTransformer;
import io.inkstream.engine.transformer.TransformerParts;
import io.inkstream.engine.transformer.TransformerSizes;
import io.inkstream.engine.vae.AutoencoderKLQwenImage;
import io.inkstream.engine.weights.Encoding;
import io.inkstream.engine.weights.SnapshotException;
import io.inkstream.engine.weights.StoredRows;
import io.inkstream.engine.weights.TensorEntry;
import io.inkstream.engine.weights.WeightReader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Turns a snapshot into a pipeline: writes the graphs, makes the sessions, joins the parts.
public final class PipelineLoader {
  private final QwenImageSnapshot original;
  private final QwenImageSnapshot snapshot;
  private final Runtimes runtimes;
  private final Precision precision;
  private final EditSettings.Areas areas;

  /// @param original the snapshot as its files have it
  private PipelineLoader(QwenImageSnapshot original, ModelSettings settings, Runtimes runtimes) {
    this(original, settings, runtimes, EditSettings.Areas.PUBLISHED);
  }

  private PipelineLoader(
      QwenImageSnapshot original,
      ModelSettings settings,
      Runtimes runtimes,
      EditSettings.Areas areas) {
    this.original = original;
    this.snapshot =
        settings
            .quantization()
            .map(stored -> QuantizedWeights.of(original, stored))
            .orElse(original);
    this.runtimes = runtimes;
    this.precision = settings.precision();
    this.areas = areas;
  }

  /// Loads the snapshot that the settings name. The caller closes the pipeline.
  ///
  /// @throws SnapshotException if it is damaged or of another form
  /// @throws io.inkstream.engine.device.EngineException if ONNX Runtime refuses a graph
  /// @throws IllegalArgumentException if the precision is not one of the runtime's device
  public static DiffusionPipeline load(ModelSettings settings, OnnxRuntime runtime) {
    return load(settings, settings.adapters().shelf(), runtime);
  }

  /// The same with a shelf of the settings' adapters that is there already.
  public static DiffusionPipeline load(
      ModelSettings settings, AdapterShelf shelf, OnnxRuntime runtime) {
    return load(settings, shelf, Runtimes.of(runtime), plan -> {});
  }

  /// The same on as many devices as there are.
  public static DiffusionPipeline load(ModelSettings settings, Runtimes runtimes) {
    return load(settings, settings.adapters().shelf(), runtimes, plan -> {});
  }

  /// The same, telling where the parts will lie before any of them is loaded.
  public static DiffusionPipeline load(
      ModelSettings settings, AdapterShelf shelf, Runtimes runtimes, Consumer<Placement> planned) {
    return load(settings, shelf, runtimes, planned, EditSettings.Areas.PUBLISHED);
  }

  /// The same, bringing given pictures to other areas than published.
  static DiffusionPipeline load(
      ModelSettings settings, OnnxRuntime runtime, EditSettings.Areas areas) {
    return load(settings, Runtimes.of(runtime), areas);
  }

  /// The same on as many devices as there are.
  static DiffusionPipeline load(
      ModelSettings settings, Runtimes runtimes, EditSettings.Areas areas) {
    return load(settings, settings.adapters().shelf(), runtimes, plan -> {}, areas);
  }

  private static DiffusionPipeline load(
      ModelSettings settings,
      AdapterShelf shelf,
      Runtimes runtimes,
      Consumer<Placement> planned,
      EditSettings.Areas areas) {
    var snapshot = QwenImageSnapshot.open(settings.files());
    var files = AdapterFiles.of(snapshot, settings.adapters());
    var acting = files.atStart(settings.adapters());
    if (settings.adapters().merges()) {
      shelf.merge(acting);
      var merged = MergedWeights.merged(snapshot, files, acting);
      return new PipelineLoader(merged, settings, runtimes, areas)
          .load(settings, Optional.empty(), List.of(), shelf, planned);
    }
    var adapters =
        settings.adapters().adaptable() ? Optional.of(files) : Optional.<AdapterFiles>empty();
    return new PipelineLoader(snapshot, settings, runtimes, areas)
        .load(settings, adapters, acting, shelf, planned);
  }

  /// Loads the text side alone. The caller closes it.
  static PromptEncoder loadPromptEncoder(ModelSettings settings, OnnxRuntime runtime) {
    var snapshot = QwenImageSnapshot.open(settings.files());
    return new PipelineLoader(snapshot, settings, Runtimes.of(runtime)).promptEncoder();
  }

  private PromptEncoder promptEncoder() {
    var layers = HostLoader.textLayers(snapshot, runtimes.first(), precision);
    return new PromptEncoder(
        Qwen2Tokenizer.load(snapshot.tokenizer()), textEncoder(layers, embedding()), template());
  }

  /// Loads the snapshot on devices that share its layers by a plan that is given, without adapters.
  static DiffusionPipeline load(
      ModelSettings settings,
      List<DeviceRuntime> devices,
      OnDevice precision,
      DevicePlan plan,
      EditSettings.Areas areas) {
    var snapshot = QwenImageSnapshot.open(settings.files());
    var runtimes = new Runtimes(new Parallelism(1, 1, 1, devices.size()), List.copyOf(devices));
    var loader = new PipelineLoader(snapshot, settings, runtimes, areas);
    return loader.load(
        settings,
        AdapterShelf.empty(),
        () ->
            DeviceLoader.load(
                loader.snapshot,
                devices,
                runtimes.parallelism(),
                precision,
                settings.residency(),
                plan,
                Optional.empty()));
  }

  private DiffusionPipeline load(
      ModelSettings settings,
      Optional<AdapterFiles> adapters,
      List<AdapterWeight> acting,
      AdapterShelf shelf,
      Consumer<Placement> planned) {
    var pipeline =
        load(
            settings,
            shelf,
            () ->
                Networks.load(
                    snapshot,
                    runtimes,
                    settings.cards().textEncoder(),
                    precision,
                    settings.residency(),
                    adapters,
                    planned));
    adapters.ifPresent(shelf::attach);
    try {
      pipeline.transformer().read(acting);
    } catch (RuntimeException e) {
      pipeline.close();
      throw e;
    }
    return pipeline;
  }

  private DiffusionPipeline load(
      ModelSettings settings, AdapterShelf shelf, Supplier<Networks> loading) {
    var tables = new ForecastStore(original, System.getenv()).tables(settings.forecastTable());
    // The published tokenizer takes as long as a large model's headers and graphs.
    var reading = CompletableFuture.supplyAsync(() -> Qwen2Tokenizer.load(snapshot.tokenizer()));
    var scheduler =
        new FlowMatchEulerDiscreteScheduler(snapshot.scheduler().read(), snapshot.sampleSigmas());
    var embedding = embedding();
    var networks = loading.get();
    var tokenizer = read(reading, networks);
    return new DiffusionPipeline(
        new Components(
            new PromptEncoder(tokenizer, textEncoder(networks.textLayers(), embedding), template()),
            transformer(networks.lanes()),
            scheduler,
            vae(networks),
            guidance()),
        form(networks.vision()),
        tables,
        shelf,
        networks.budget(),
        snapshot.files()::requireUnchanged);
  }

  private Qwen2Tokenizer read(CompletableFuture<Qwen2Tokenizer> reading, Networks networks) {
    try {
      var tokenizer = reading.join();
      if (networks.vision().isPresent()) {
        EditTemplate.requireReadBy(tokenizer, snapshot.tokenizer());
      }
      return tokenizer;
    } catch (CompletionException e) {
      networks.close();
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    } catch (TokenizerException e) {
      networks.close();
      throw e;
    }
  }

  private Qwen25VLTextEncoder textEncoder(TextLayers layers, RowTable embedding) {
    var config = snapshot.textEncoderConfig();
    var order =
        switch (snapshot.generation()) {
          case QWEN_IMAGE -> MultimodalRope.Order.SECTIONS;
          case QWEN_IMAGE_21 -> MultimodalRope.Order.INTERLEAVED;
        };
    return new Qwen25VLTextEncoder(
        layers,
        embedding,
        new MultimodalRope(config.headDim(), config.ropeTheta(), config.ropeSections(), order));
  }

  private PromptTemplate template() {
    return switch (snapshot.generation()) {
      case QWEN_IMAGE -> PromptTemplate.QWEN_IMAGE;
      case QWEN_IMAGE_21 -> PromptTemplate.QWEN_IMAGE_21;
    };
  }

  private TrueCfg guidance() {
    return switch (snapshot.generation()) {
      case QWEN_IMAGE -> TrueCfg.RESCALED;
      case QWEN_IMAGE_21 -> TrueCfg.PLAIN;
    };
  }

  private PipelineForm form(Optional<Subgraph> vision) {
    return switch (snapshot.generation()) {
      case QWEN_IMAGE ->
          vision
              .<PipelineForm>map(eyes -> new PipelineForm.Editing(edits(eyes)))
              .orElseGet(PipelineForm.QwenImage::new);
      case QWEN_IMAGE_21 -> new PipelineForm.QwenImage21(vision.map(this::edits));
    };
  }

  private EditSettings edits(Subgraph vision) {
    var template =
        switch (snapshot.pipelineClass()) {
          case QWEN_IMAGE, EDIT -> EditTemplate.EDIT;
          case EDIT_PLUS -> EditTemplate.EDIT_PLUS;
          case QWEN_IMAGE_21 -> EditTemplate.QWEN_IMAGE_21;
        };
    var processor =
        switch (snapshot.generation()) {
          case QWEN_IMAGE -> VisionImageProcessor.PUBLISHED;
          case QWEN_IMAGE_21 -> {
            var sizes = snapshot.deepVisionConfig().sizes();
            yield VisionImageProcessor.PUBLISHED_21.withPatch(
                sizes.patchSize(), sizes.temporalPatchSize());
          }
        };
    return new EditSettings(template, tower(vision), processor, areas);
  }

  private VisionTower tower(Subgraph vision) {
    return switch (snapshot.generation()) {
      case QWEN_IMAGE -> {
        var config = snapshot.visionConfig();
        var sizes = config.sizes();
        yield new Qwen25VLVisionTower(
            vision, sizes.headDim(), sizes.outHiddenSize(), config.windowSide());
      }
      case QWEN_IMAGE_21 -> {
        var config = snapshot.deepVisionConfig();
        var sizes = config.sizes();
        yield new Qwen3VLVisionTower(
            vision,
            sizes.headDim(),
            sizes.outHiddenSize(),
            config.positionSide(),
            config.deepBlocks().size());
      }
    };
  }

  private AutoencoderKLQwenImage vae(Networks networks) {
    var config = snapshot.vaeConfig();
    return new AutoencoderKLQwenImage(
        networks.decoder(),
        networks.encoder(),
        config.latentsMean(),
        config.latentsStd(),
        config.spatialScale(),
        config.pictureChannels());
  }

  private DiffusionTransformer transformer(List<TransformerParts> lanes) {
    var config = snapshot.transformerConfig();
    return new DiffusionTransformer(
        lanes,
        runtimes.parallelism().slices(),
        new TransformerSizes(
            config.innerDim(), config.inChannels(), config.patchSize(), config.zeroCondT()));
  }

  /// The embedding table, mapped, or read where its rows must be widened. The garbage collector
  /// unmaps or closes it.
  private RowTable embedding() {
    var config = snapshot.textEncoderConfig();
    TensorEntry entry =
        snapshot
            .textEncoder()
            .tensor("model.embed_tokens.weight", config.vocabSize(), config.hiddenSize());
    return entry.encoding() instanceof Encoding.Plain(DType type) && type.isWeight()
        ? mapped(entry, type)
        : new StoredRows(new WeightReader(), entry);
  }

  private static RowTable mapped(TensorEntry entry, DType type) {
    try (var channel = FileChannel.open(entry.file())) {
      var segment = channel.map(MapMode.READ_ONLY, entry.offset(), entry.length(), Arena.ofAuto());
      return new MappedMatrix(segment, type, (int) entry.rows(), (int) entry.rowLength());
    } catch (IOException e) {
      throw new SnapshotException(entry.file(), "cannot be mapped: " + e.getMessage());
    }
  }
}
