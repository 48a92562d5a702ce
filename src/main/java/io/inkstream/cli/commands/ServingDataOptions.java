package io.inkstream.cli.commands;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.cli.serving.ServingProfiles;
import io.inkstream.cli.serving.ServingProfiles.Profile;
import io.inkstream.cli.serving.ServingPrompt;
import io.inkstream.cli.serving.ServingPrompts;
import io.inkstream.cli.serving.ServingRequest;
import io.inkstream.cli.serving.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What the requests of `bench serving` ask for.
final class ServingDataOptions {
  private static final List<String> DATASETS = List.of("vbench", "random");
  private static final String FILMS = "Qwen-Image draws pictures, no films";

  @Option(
      names = "--task",
      paramLabel = "NAME",
      description = "text-to-image (the default) or image-to-image, t2i or i2i for short.")
  private String task = "text-to-image";

  @Option(
      names = "--dataset",
      paramLabel = "NAME",
      description = "vbench, prompts of a file or our own (the default), or random.")
  private String dataset = "vbench";

  @Option(
      names = "--dataset-path",
      paramLabel = "PATH",
      description = "vbench's prompts, one a line, or a folder of pictures.")
  private @Nullable Path path;

  @Option(names = "--num-prompts", paramLabel = "N", description = "Requests (default 10).")
  private int prompts = 10;

  @Option(
      names = "--num-outputs-per-prompt",
      paramLabel = "N",
      description = "Pictures of each (default 1).")
  private int outputs = 1;

  @Option(names = "--width", paramLabel = "N", description = "Width (default the server's).")
  private @Nullable Integer width;

  @Option(names = "--height", paramLabel = "N", description = "Height (default the server's).")
  private @Nullable Integer height;

  @Option(
      names = "--num-inference-steps",
      paramLabel = "N",
      description = "Steps (default the server's).")
  private @Nullable Integer steps;

  @Option(
      names = "--random-request-config",
      paramLabel = "JSON",
      description =
          "Sorts of random requests with their weights: [{\"width\": 512, \"height\": 512,"
              + " \"num_inference_steps\": 20, \"weight\": 0.5}, …].")
  private @Nullable String profiles;

  @Option(
      names = "--random-request-seed",
      paramLabel = "N",
      description = "Of their order (default 42).")
  private long profileSeed = 42;

  @Option(
      names = "--extra-body",
      paramLabel = "JSON",
      description = "An object of more fields of each request.")
  private @Nullable String extra;

  @Option(names = "--num-frames", hidden = true, description = FILMS)
  private int frames = 1;

  @Option(names = "--fps", hidden = true, description = FILMS)
  private @Nullable Integer fps;

  String dataset() {
    return dataset;
  }

  int outputs() {
    return outputs;
  }

  Task task(OptionCheck check) {
    if (task.endsWith("-to-video") || task.endsWith("2v")) {
      throw check.refused("--task %s is refused: %s".formatted(task, FILMS));
    }
    check.oneOf("--task", task, Task.allWords());
    return Task.named(task).orElseThrow();
  }

  List<ServingRequest> requests(OptionCheck check) throws IOException {
    check(check);
    ObjectNode more = extra(check);
    List<Profile> sorts = sorts(check);
    List<ServingRequest> requests = new ArrayList<>();
    for (ServingPrompt prompt : prompts(task(check))) {
      requests.add(request(prompt, sorts.get(requests.size()), more));
    }
    return requests;
  }

  private void check(OptionCheck check) {
    if (fps != null) {
      throw check.refused("--fps is refused: " + FILMS);
    }
    check.require(frames == 1, "--num-frames", frames, "1: " + FILMS);
    check.oneOf("--dataset", dataset, DATASETS);
    check.atLeast("--num-prompts", prompts, 1);
    check.atLeast("--num-outputs-per-prompt", outputs, 1);
    number(width).ifPresent(number -> check.atLeast("--width", number, 1));
    number(height).ifPresent(number -> check.atLeast("--height", number, 1));
    number(steps).ifPresent(number -> check.atLeast("--num-inference-steps", number, 1));
    if ((width == null) != (height == null)) {
      throw check.refused("--width and --height go together: one of them is missing");
    }
    if (path != null && !dataset.equals("vbench")) {
      throw check.refused("--dataset-path goes with --dataset vbench, not " + dataset);
    }
  }

  private List<ServingPrompt> prompts(Task task) throws IOException {
    return dataset.equals("random")
        ? ServingPrompts.random(task, prompts)
        : ServingPrompts.vbench(task, Optional.ofNullable(path), prompts);
  }

  private ServingRequest request(ServingPrompt prompt, Profile sort, ObjectNode more) {
    return new ServingRequest(
        prompt,
        sort.number("num_outputs_per_prompt", OptionalInt.of(outputs)).getAsInt(),
        sort.number("width", number(width)),
        sort.number("height", number(height)),
        sort.number("num_inference_steps", number(steps)),
        more);
  }

  /// One for each request.
  private List<Profile> sorts(OptionCheck check) {
    if (profiles == null) {
      return Collections.nCopies(prompts, new Profile(JsonNodeFactory.instance.objectNode()));
    }
    if (!dataset.equals("random")) {
      throw check.refused("--random-request-config goes with --dataset random, not " + dataset);
    }
    try {
      JsonNode list = json("--random-request-config", profiles, check);
      return new ServingProfiles(list).draw(prompts, profileSeed);
    } catch (IllegalArgumentException e) {
      throw check.wrong("--random-request-config", profiles, String.valueOf(e.getMessage()));
    }
  }

  private ObjectNode extra(OptionCheck check) {
    if (extra == null) {
      return JsonNodeFactory.instance.objectNode();
    }
    if (json("--extra-body", extra, check) instanceof ObjectNode object) {
      return object;
    }
    throw check.wrong("--extra-body", extra, "a JSON object");
  }

  private static JsonNode json(String option, String text, OptionCheck check) {
    try {
      return Report.tree(text);
    } catch (JsonProcessingException e) {
      throw check.wrong(option, text, "JSON");
    }
  }

  private static OptionalInt number(@Nullable Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }
}
