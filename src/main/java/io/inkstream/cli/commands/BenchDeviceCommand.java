package io.inkstream.cli.commands;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.cli.bench.ForwardTrial;
import io.inkstream.cli.bench.ForwardTrial.Times;
import io.inkstream.engine.cache.DBCacheConfig;
import io.inkstream.engine.model.PipelineLoader;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.pipeline.NonFiniteLatentsException;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.DeviceRuntime;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.tensor.TorchGenerator;
import io.inkstream.engine.transformer.QwenEmbedRope.Grid;
import io.inkstream.engine.weights.SafetensorsFile;
import io.inkstream.server.config.EngineSettings;
import io.inkstream.server.config.Settings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Times forwards on a device, and says what a picture would take. A line of JSON for each result,
/// as soon as it is there.
@Command(
    name = "device",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Times forwards with random latents, with and without a cache and beginning with a new"
            + " text, and a decode; projects a picture. Prints JSON, a line for each result.")
final class BenchDeviceCommand implements Callable<Integer>, SettingOptions.Bearer {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PATCH = 16;

  @Spec private CommandSpec spec;

  @Option(names = "--size", description = "Side of the square picture (default: 1024).")
  private int size = 1024;

  @Option(names = "--text-tokens", description = "Tokens of the prompt (default: 64).")
  private int textTokens = 64;

  @Option(names = "--steps-measured", description = "Forwards of each kind (default: 10).")
  private int forwards = 10;

  @Option(
      names = "--steps",
      description = "Steps of the picture to project, unless the model has its own (default: 50).")
  private int steps = 50;

  @Option(
      names = "--hits",
      description = "Share of forwards that reuse, for the picture to project (default: 0.5).")
  private double hits = 0.5;

  @Option(names = "--picture", description = "Also draws a whole picture, twice, and once cached.")
  private boolean picture;

  @Option(
      names = "--inputs",
      paramLabel = "FILE",
      description =
          "A safetensors file with latents [tokens, channels], embeds [text, width] and timestep"
              + " [1], each float32 or bfloat16: computes their velocity instead.")
  private @Nullable Path inputs;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "Where to write that velocity, as plain float32.")
  private Path output = Path.of("velocity.f32");

  @Override
  public SettingOptions settings() {
    return SettingOptions.of(Settings.MODEL, Settings.ENGINE);
  }

  @Override
  public Integer call() throws IOException {
    var engine = EngineSettings.from(settings().values(spec));
    long start = System.nanoTime();
    var runtime = OnnxRuntime.start(engine.runtime());
    double started = seconds(start);
    var settings = engine.toLoad(Optional.empty());
    start = System.nanoTime();
    try (var pipeline = PipelineLoader.load(settings, runtime)) {
      say(
          result("load", runtime)
              .put("onnxruntime", runtime.version())
              .put("device", runtime.onDevice().map(DeviceRuntime::name).orElse("cpu"))
              .put("start_s", started)
              .put("load_s", seconds(start)));
      var grid = new Grid(size / PATCH, size / PATCH);
      var trial = new ForwardTrial(pipeline, runtime, grid, textTokens);
      if (inputs == null) {
        measure(trial, pipeline, runtime);
      } else {
        compute(trial, inputs);
      }
    }
    return 0;
  }

  private void compute(ForwardTrial trial, Path file) throws IOException {
    var tensors = SafetensorsFile.open(file);
    float[] velocity =
        trial.velocity(
            tensors.floats("latents"), tensors.floats("embeds"), tensors.floats("timestep")[0]);
    var bytes = ByteBuffer.allocate(velocity.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(velocity);
    Files.write(output, bytes.array());
    say(JSON.createObjectNode().put("stage", "velocity").put("output", output.toString()));
  }

  private void measure(ForwardTrial trial, DiffusionPipeline pipeline, OnnxRuntime runtime) {
    long start = System.nanoTime();
    int tokens = pipeline.embed(BenchModelCommand.PROMPT, new CancellationSignal()).tokens();
    double text = seconds(start);
    say(result("text", runtime).put("tokens", tokens).put("s", text));

    double modulations = trial.modulationSeconds(steps);
    double again = trial.modulationSeconds(steps);
    say(
        result("modulations", runtime)
            .put("steps", steps)
            .put("s", modulations)
            .put("again_s", again));

    var config = DBCacheConfig.sglangDefaults();
    Times plain = trial.plain(forwards);
    say(times("forward", plain, pipeline, runtime));
    Times computed = trial.computed(forwards, config);
    say(times("forward_computed", computed, pipeline, runtime));
    Times reused = trial.reused(forwards, config);
    say(times("forward_reused", reused, pipeline, runtime));
    say(
        result("new_text", runtime)
            .put("ms", trial.beginning(forwards, true).median())
            .put("again_ms", trial.beginning(forwards, false).median()));
    say(result("cancel", runtime).put("ms", trial.cancelMilliseconds(plain.median())));

    double decode = decodeSeconds(pipeline, runtime);
    var admitted = pipeline.admit(request()).request();
    int branches = admitted.usesTrueCfg() ? 2 : 1;
    int forwardsOfPicture = branches * admitted.guidance().steps();
    double beside = decode + branches * text + modulations;
    double whole = forwardsOfPicture * plain.median() / 1e3;
    double mixed = hits * reused.median() + (1 - hits) * computed.median();
    double cached = forwardsOfPicture * mixed / 1e3;
    say(
        result("projected", runtime)
            .put("steps", admitted.guidance().steps())
            .put("branches", branches)
            .put("denoising_s", whole)
            .put("picture_s", whole + beside)
            .put("hits", hits)
            .put("cached_denoising_s", cached)
            .put("cached_picture_s", cached + beside)
            .put("speedup", whole / cached));
    if (picture) {
      draw(pipeline, runtime, "picture_first", Optional.empty());
      draw(pipeline, runtime, "picture", Optional.empty());
      draw(pipeline, runtime, "picture_cached", Optional.of(config));
    }
  }

  private GenerationRequest request() {
    return GenerationRequest.of(BenchModelCommand.PROMPT).withCanvas(size, size).withSteps(steps);
  }

  private double decodeSeconds(DiffusionPipeline pipeline, OnnxRuntime runtime) {
    var vae = pipeline.vae();
    int side = size / vae.scale();
    float[] latents = new TorchGenerator(3).randn(vae.channels() * side * side);
    double first = 0;
    double last = 0;
    for (int i = 0; i < 3; i++) {
      long start = System.nanoTime();
      var _ = vae.decode(latents.clone(), side, side, new CancellationSignal());
      last = seconds(start);
      first = i == 0 ? last : first;
    }
    say(result("decode", runtime).put("first_s", first).put("s", last));
    return last;
  }

  private void draw(
      DiffusionPipeline pipeline,
      OnnxRuntime runtime,
      String stage,
      Optional<DBCacheConfig> cache) {
    var request = request().withCache(cache);
    ObjectNode result = result(stage, runtime);
    long start = System.nanoTime();
    try {
      var _ = pipeline.generate(request, event -> {}, new CancellationSignal());
    } catch (NonFiniteLatentsException e) {
      result.put("failure", e.getMessage()); // random weights may do that; the time still counts
    }
    say(result.put("s", seconds(start)).put("gpu_memory_bytes", memory(runtime)));
  }

  private ObjectNode times(
      String stage, Times times, DiffusionPipeline pipeline, OnnxRuntime runtime) {
    ObjectNode result = result(stage, runtime);
    int count = times.milliseconds().size();
    result.put("tokens", (size / PATCH) * (size / PATCH) + textTokens);
    result.put("ms", times.median());
    result.put("ms_per_block", times.median() / pipeline.transformer().blocks());
    result.putPOJO("all_ms", times.milliseconds());
    result.put("up_bytes", times.copies().upBytes() / count);
    result.put("up_ms", times.copies().upNanos() / 1e6 / count);
    result.put("down_bytes", times.copies().downBytes() / count);
    result.put("down_and_wait_ms", times.copies().downNanos() / 1e6 / count);
    if (!times.outcomes().isEmpty()) {
      result.putPOJO("outcomes", times.outcomes());
    }
    return result;
  }

  private static ObjectNode result(String stage, OnnxRuntime runtime) {
    return JSON.createObjectNode().put("stage", stage).put("gpu_memory_bytes", memory(runtime));
  }

  private static long memory(OnnxRuntime runtime) {
    return runtime.onDevice().map(DeviceRuntime::usedBytes).orElse(0L);
  }

  private void say(ObjectNode result) {
    var out = spec.commandLine().getOut();
    out.println(result);
    out.flush();
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
