package io.inkstream.cli.commands;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.cli.bench.GrowthTrial;
import io.inkstream.cli.bench.GrowthTrial.Forward;
import io.inkstream.engine.model.PipelineLoader;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.server.config.EngineSettings;
import io.inkstream.server.config.Settings;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Memory after pictures with longer and longer prompts, and the times of forwards by the prompt's
/// length. A line of JSON for each, as soon as it is there.
@Command(
    name = "growth",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Draws pictures with longer and longer prompts and tells the memory after each; times"
            + " forwards with prompts of many lengths. Prints JSON, a line for each result.")
final class BenchGrowthCommand implements Callable<Integer>, SettingOptions.Bearer {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double SLOW = 1.1;

  @Spec private CommandSpec spec;

  @Option(
      names = "--sizes",
      split = ",",
      paramLabel = "SIDE",
      description = "Sides of the square pictures, a round of each (default: 1024,2048,1024).")
  private List<Integer> sizes = List.of(1024, 2048, 1024);

  @Option(names = "--lengths", description = "Pictures of a round (default: 60).")
  private int lengths = 60;

  @Option(names = "--first", description = "Words of a round's first prompt (default: 8).")
  private int first = 8;

  @Option(names = "--steps", description = "Steps of a picture (default: 1).")
  private int steps = 1;

  @Option(
      names = "--forwards",
      description = "Forwards to time, after the first of each length; 0 = none (default: 200).")
  private int forwards = 200;

  @Option(names = "--forward-lengths", description = "Prompts' lengths of those (default: 40).")
  private int forwardLengths = 40;

  @Override
  public SettingOptions settings() {
    return SettingOptions.of(Settings.MODEL, Settings.ENGINE);
  }

  @Override
  public Integer call() throws IOException {
    var engine = EngineSettings.from(settings().values(spec));
    var runtime = OnnxRuntime.start(engine.runtime());
    try (var pipeline = PipelineLoader.load(engine.toLoad(Optional.empty()), runtime)) {
      var trial = new GrowthTrial(pipeline, runtime);
      say(result("load", trial).put("options", engine.runtime().deviceSettings().toString()));
      for (int round = 0; round < sizes.size(); round++) {
        draw(trial, round + 1, sizes.get(round));
      }
      if (forwards > 0) {
        time(trial, sizes.getFirst());
      }
    }
    return 0;
  }

  private void draw(GrowthTrial trial, int round, int side) {
    trial.draw(
        side,
        steps,
        counts(lengths),
        picture -> {
          var result =
              result("picture", trial)
                  .put("round", round)
                  .put("size", side)
                  .put("words", picture.words())
                  .put("s", picture.seconds());
          say(picture.failure().isEmpty() ? result : result.put("failure", picture.failure()));
        });
  }

  private void time(GrowthTrial trial, int side) {
    var counts = counts(forwardLengths);
    var all = trial.forwards(side, counts, forwards);
    say(times("forwards_first", trial, all.subList(0, counts.size())));
    say(times("forwards", trial, all.subList(counts.size(), all.size())));
  }

  private List<Integer> counts(int count) {
    return IntStream.range(first, first + count).boxed().toList();
  }

  private static ObjectNode times(String stage, GrowthTrial trial, List<Forward> forwards) {
    double half = quantile(forwards, 0.5);
    double most = quantile(forwards, 0.99);
    return result(stage, trial)
        .put("forwards", forwards.size())
        .put("p50_ms", half)
        .put("p99_ms", most)
        .put("p99_of_p50", most / half)
        .putPOJO("slow", slow(forwards, SLOW * half));
  }

  private static List<Map<String, Number>> slow(List<Forward> forwards, double limit) {
    return forwards.stream()
        .filter(forward -> forward.milliseconds() > limit)
        .map(forward ->
            Map.<String, Number>of("tokens", forward.tokens(), "ms", forward.milliseconds()))
        .toList();
  }

  private static double quantile(List<Forward> forwards, double share) {
    var sorted = forwards.stream().map(Forward::milliseconds).sorted().toList();
    return sorted.get(Math.min(sorted.size() - 1, (int) Math.ceil(share * sorted.size()) - 1));
  }

  private static ObjectNode result(String stage, GrowthTrial trial) {
    var memory = trial.memory();
    return JSON.createObjectNode()
        .put("stage", stage)
        .put("device_bytes", memory.device())
        .put("idle_bytes", memory.idle())
        .put("process_bytes", memory.process());
  }

  private void say(ObjectNode result) {
    var out = spec.commandLine().getOut();
    out.println(result);
    out.flush();
  }
}
