package io.inkstream.cli.commands;

import io.inkstream.cli.bench.Cost;
import io.inkstream.cli.bench.ReferenceWorker;
import io.inkstream.engine.cache.CacheStats.BranchName;
import io.inkstream.engine.model.PipelineLoader;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.tensor.TorchGenerator;
import io.inkstream.engine.transformer.QwenEmbedRope.Grid;
import io.inkstream.engine.transformer.RunShape;
import io.inkstream.server.config.EngineSettings;
import io.inkstream.server.config.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Times one transformer forward, one decode and one picture, in turn with a reference engine.
///
/// The clock is processor seconds with one thread each: waiting for a busy machine does not count.
@Command(
    name = "model",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Times a forward, a decode and a picture; with --reference, in turn with another engine.")
final class BenchModelCommand implements Callable<Integer>, SettingOptions.Bearer {
  static final String PROMPT = "a soccer ball next to a trophy on a light blue background";
  private static final int TEXT_TOKENS = 20;

  @Spec private CommandSpec spec;

  @Option(
      names = "--reference",
      paramLabel = "COMMAND",
      description =
          "Command line of a reference worker, in quotes: \"python perf/model/diffusers_worker.py"
              + " MODEL\".")
  private String reference = "";

  @Option(names = "--size", description = "Side of the square picture (default: 256).")
  private int size = 256;

  @Option(names = "--steps", description = "Steps of the picture (default: 20).")
  private int steps = 20;

  @Option(names = "--rounds", description = "Counted rounds (default: 5).")
  private int rounds = 5;

  /// A thing to measure: in this engine, and as a command of the reference. A round repeats it,
  /// since the system counts a process's time in hundredths of a second.
  private record Part(String name, int repeats, Runnable ours, String theirs) {}

  @Override
  public SettingOptions settings() {
    return SettingOptions.of(Settings.MODEL, Settings.ENGINE);
  }

  @Override
  public Integer call() throws IOException {
    var engine = EngineSettings.from(settings().values(spec));
    var runtime = OnnxRuntime.start(engine.runtime());
    var settings = engine.toLoad(Optional.empty());
    try (var pipeline = PipelineLoader.load(settings, runtime);
        var worker =
            reference.isEmpty() ? null : new ReferenceWorker(List.of(reference.split(" +")))) {
      for (Part part : parts(pipeline)) {
        measure(part, worker);
      }
    }
    return 0;
  }

  private List<Part> parts(DiffusionPipeline pipeline) {
    int side = size / 16;
    return List.of(
        new Part(
            "forward",
            10,
            forward(pipeline, side),
            "forward " + side + " " + side + " " + TEXT_TOKENS),
        new Part("decode", 1, decode(pipeline), "decode " + size + " " + size),
        new Part(
            "picture",
            1,
            picture(pipeline),
            "picture %d %d %d 4 42 %s".formatted(size, size, steps, PROMPT)));
  }

  private static Runnable forward(DiffusionPipeline pipeline, int side) {
    var transformer = pipeline.transformer();
    var noise = new TorchGenerator(1).randn(side * side * transformer.inChannels());
    var signal = new CancellationSignal();
    var run =
        transformer.begin(
            new RunShape(new Grid(side, side), TEXT_TOKENS, 1, 1, Optional.empty()),
            new float[] {0.5f},
            signal);
    var embeds =
        Tensor.of(
            new TorchGenerator(2).randn(TEXT_TOKENS * pipeline.textWidth()),
            TEXT_TOKENS,
            pipeline.textWidth());
    var branch = run.branch(embeds);
    return () -> run.forward(BranchName.MAIN, List.of(branch), 0, List.of(noise));
  }

  private Runnable decode(DiffusionPipeline pipeline) {
    var vae = pipeline.vae();
    int side = size / vae.scale();
    var noise = new TorchGenerator(3).randn(vae.channels() * side * side);
    return () -> vae.decode(noise, side, side, new CancellationSignal());
  }

  private Runnable picture(DiffusionPipeline pipeline) {
    var request = GenerationRequest.of(PROMPT).withCanvas(size, size).withSteps(steps);
    return () -> pipeline.generate(request, event -> {}, new CancellationSignal());
  }

  private void measure(Part part, @Nullable ReferenceWorker worker) {
    List<Cost> ours = new ArrayList<>();
    List<Cost> theirs = new ArrayList<>();
    // The first two rounds warm both up and are not counted.
    for (int round = -2; round < rounds; round++) {
      Cost our = Cost.ofEach(part.repeats(), part.ours());
      Cost their = worker == null ? Cost.NONE : worker.costOfEach(part.repeats(), part.theirs());
      if (round >= 0) {
        ours.add(our);
        theirs.add(their);
      }
    }
    print(part.name(), ours, theirs, worker != null);
  }

  private void print(String name, List<Cost> ours, List<Cost> theirs, boolean compared) {
    PrintWriter out = spec.commandLine().getOut();
    double cpu = median(ours, true);
    out.printf("%-8s cpu %.4f s  wall %.4f s", name, cpu, median(ours, false));
    if (compared) {
      double reference = median(theirs, true);
      out.printf(
          "   reference cpu %.4f s  wall %.4f s   cpu ratio %.3f",
          reference, median(theirs, false), cpu / reference);
    }
    out.printf("   (%d rounds)%n", ours.size());
    out.flush();
  }

  private static double median(List<Cost> costs, boolean cpu) {
    var sorted =
        costs.stream()
            .map(cost -> cpu ? cost.cpu() : cost.wall())
            .sorted(Comparator.naturalOrder());
    return sorted.toList().get(costs.size() / 2);
  }
}
