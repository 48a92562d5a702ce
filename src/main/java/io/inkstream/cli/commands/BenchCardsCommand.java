package io.inkstream.cli.commands;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.cli.bench.CardLayout;
import io.inkstream.cli.bench.CardsTrial;
import io.inkstream.cli.bench.ForwardTrial;
import io.inkstream.cli.bench.VelocityChanges;
import io.inkstream.engine.device.Copies;
import io.inkstream.engine.device.DeviceException;
import io.inkstream.engine.device.Parallelism;
import io.inkstream.engine.model.PipelineLoader;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.runtime.DeviceRuntime;
import io.inkstream.engine.runtime.Runtimes;
import io.inkstream.engine.transformer.QwenEmbedRope.Grid;
import io.inkstream.server.config.EngineSettings;
import io.inkstream.server.config.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Compares several cards with one, layout after layout, in turn. A line of JSON for each result.
@Command(
    name = "cards",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Draws pictures on one card and on several in turn: seconds, what crosses between cards,"
            + " what each card holds, how long a cancel takes. Prints JSON, a line for each result.")
final class BenchCardsCommand implements Callable<Integer>, SettingOptions.Bearer {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PATCH = 16;

  @Spec private CommandSpec spec;

  @Option(names = "--cards", description = "How many there are (default: 2).")
  private int cards = 2;

  @Option(
      names = "--layouts",
      split = ",",
      paramLabel = "LAYOUT",
      description = "dp2, cfg, ulysses2, layers2, cfg+ulysses2, … (default: all for the cards).")
  private List<String> layouts = List.of();

  @Option(names = "--size", description = "Side of the square pictures (default: 1024).")
  private int size = 1024;

  @Option(names = "--steps", description = "Steps of a picture (default: 50).")
  private int steps = 50;

  @Option(names = "--rounds", description = "Pictures on one and on several (default: 3).")
  private int rounds = 3;

  @Option(names = "--text-tokens", description = "Tokens of a forward's prompt (default: 64).")
  private int textTokens = 64;

  @Option(names = "--forwards", description = "Forwards to time, in turn (default: 10).")
  private int forwards = 10;

  @Override
  public SettingOptions settings() {
    return SettingOptions.of(Settings.MODEL, Settings.ENGINE);
  }

  @Override
  public Integer call() {
    var engine = EngineSettings.from(settings().values(spec));
    for (CardLayout layout : layouts()) {
      try {
        measure(layout, engine);
      } catch (DeviceException e) { // the others may do
        say(result("refused", layout).put("why", e.getMessage()));
      }
    }
    return 0;
  }

  private List<CardLayout> layouts() {
    try {
      return layouts.isEmpty()
          ? CardLayout.of(cards)
          : layouts.stream().map(CardLayout::of).toList();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private void measure(CardLayout layout, EngineSettings engine) {
    var settings = engine.toLoad(Optional.empty());
    var first = Runtimes.start(engine.runtime(), Parallelism.NONE, 0);
    var groups =
        IntStream.range(0, layout.parallelism().replicas())
            .mapToObj(replica -> Runtimes.start(engine.runtime(), layout.parallelism(), replica))
            .toList();
    List<DiffusionPipeline> loaded = new ArrayList<>();
    try {
      loaded.add(PipelineLoader.load(settings, first));
      var before = memory(groups);
      groups.forEach(group -> loaded.add(PipelineLoader.load(settings, group)));
      say(result("load", layout).putPOJO("gpu_memory_bytes", more(before, memory(groups))));
      compareForwards(layout, loaded, first, groups);
      comparePictures(layout, loaded, groups);
      say(result("drawn", layout).putPOJO("gpu_memory_bytes", more(before, memory(groups))));
    } finally {
      loaded.forEach(DiffusionPipeline::close);
    }
  }

  private void compareForwards(
      CardLayout layout, List<DiffusionPipeline> loaded, Runtimes first, List<Runtimes> groups) {
    var grid = new Grid(size / PATCH, size / PATCH);
    var one = new ForwardTrial(loaded.getFirst(), first.first(), grid, textTokens);
    var several = new ForwardTrial(loaded.get(1), groups.getFirst().first(), grid, textTokens);
    for (int round = 0; round < rounds; round++) {
      double alone = one.plain(forwards).median();
      var times = several.plain(forwards);
      say(
          result("forward", layout)
              .put("one_ms", alone)
              .put("ms", times.median())
              .put("ratio", times.median() / alone)
              .put("difference", VelocityChanges.change(one.velocity(), several.velocity()))
              .put("across_bytes_of_first", times.copies().acrossBytes() / forwards));
    }
    double whole = several.plain(forwards).median();
    say(result("cancel", layout).put("ms", several.cancelMilliseconds(whole)));
  }

  private void comparePictures(
      CardLayout layout, List<DiffusionPipeline> loaded, List<Runtimes> groups) {
    var replicas = loaded.subList(1, loaded.size());
    try (ExecutorService threads = Executors.newFixedThreadPool(replicas.size())) {
      var cards = devices(groups).toList();
      comparePictures(layout, new CardsTrial(loaded.getFirst(), replicas, cards, threads));
    }
  }

  private void comparePictures(CardLayout layout, CardsTrial trial) {
    int replicas = trial.replicas().size();
    var _ = trial.draw(request(1));
    for (int round = 0; round < rounds; round++) {
      var drawn = trial.draw(request(steps));
      say(
          result("picture", layout)
              .put("one_s", drawn.one())
              .put("s", drawn.several())
              .put("ratio", drawn.several() / drawn.one())
              .put("throughput", drawn.throughput(replicas))
              .put("same_pixels", drawn.same())
              .putPOJO(
                  "across_bytes_a_step",
                  drawn.copies().stream().mapToLong(Copies::acrossBytes).map(this::aStep).toArray())
              .putPOJO(
                  "down_bytes_a_step",
                  drawn.copies().stream().mapToLong(Copies::downBytes).map(this::aStep).toArray()));
    }
  }

  private long aStep(long bytes) {
    return bytes / steps;
  }

  private GenerationRequest request(int steps) {
    var request = GenerationRequest.of(BenchModelCommand.PROMPT);
    return request
        .withTexts(request.texts().withNegatives(List.of(" ")))
        .withCanvas(size, size)
        .withSteps(steps);
  }

  private static Stream<DeviceRuntime> devices(List<Runtimes> groups) {
    return groups.stream()
        .flatMap(group -> group.all().stream())
        .flatMap(runtime -> runtime.onDevice().stream());
  }

  private static List<Long> memory(List<Runtimes> groups) {
    return devices(groups).map(DeviceRuntime::ownBytes).toList();
  }

  private static List<Long> more(List<Long> before, List<Long> now) {
    return IntStream.range(0, now.size()).mapToObj(i -> now.get(i) - before.get(i)).toList();
  }

  private static ObjectNode result(String stage, CardLayout layout) {
    return JSON.createObjectNode()
        .put("stage", stage)
        .put("layout", layout.name())
        .put("cards", layout.parallelism().cards());
  }

  private void say(ObjectNode result) {
    var out = spec.commandLine().getOut();
    out.println(result);
    out.flush();
  }
}
