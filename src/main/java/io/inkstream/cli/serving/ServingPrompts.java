package io.inkstream.cli.serving;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What is drawn: of files, or what comes along. Where there are fewer than requests, they begin
/// again.
public final class ServingPrompts {
  private static final Pattern PICTURE = Pattern.compile("(?i)(.*)\\.(jpg|jpeg|png|webp)");

  // In the form of VBench's of one moving subject, whose own come from the network.
  private static final List<String> BUNDLED =
      List.of(
          "a tabby cat stretching on a wooden windowsill in the morning sun",
          "a steam train crossing a stone viaduct above a green valley",
          "an old fisherman mending a net beside a small blue boat",
          "a red kite flying over a field of barley before a storm",
          "a barista pouring milk into a cup of coffee, seen from above",
          "a lighthouse on a cliff at dusk, its lamp just lit",
          "a child in a yellow raincoat jumping into a puddle",
          "a bowl of ramen with an egg and spring onions, steam rising",
          "a horse galloping along a beach at low tide",
          "a neon sign that reads OPEN in the window of a bookshop",
          "a potter shaping a clay vase on a turning wheel",
          "a fox walking through deep snow between birches",
          "a cyclist climbing a mountain road in the fog",
          "a hot-air balloon with red and white stripes over vineyards",
          "a robot watering plants in a glass greenhouse",
          "a violinist playing in an empty underground station",
          "a sea turtle swimming above a coral reef",
          "a market stall with oranges, lemons and a handwritten price tag",
          "an owl on a fence post at night, lit by the moon",
          "a sailing ship in a bottle on a mahogany desk");

  private static final List<String> BUNDLED_EDITS =
      List.of(
          "make the disc green",
          "turn the disc into an orange",
          "a sunset over the sea",
          "make the background a night sky with stars",
          "draw a smiling face on the disc");

  private ServingPrompts() {}

  /// VBench's: prompts of a text file, one a line; for image to image, the pictures of a folder,
  /// whose names are the prompts, or of a list like its `i2v-bench-info.json`.
  ///
  /// @param file empty: those that come along
  /// @throws IOException if the file cannot be read, or has none
  public static List<ServingPrompt> vbench(Task task, Optional<Path> file, int count)
      throws IOException {
    List<ServingPrompt> all =
        switch (task) {
          case TEXT_TO_IMAGE -> file.isPresent() ? lines(file.get()) : bundled();
          case IMAGE_TO_IMAGE ->
              file.isPresent() ? pictures(file.get(), count) : edits(BUNDLED_EDITS);
        };
    if (all.isEmpty()) {
      throw new IOException("%s: has no %s".formatted(file.orElseThrow(), what(task)));
    }
    return Stream.generate(() -> all).flatMap(List::stream).limit(count).toList();
  }

  private static String what(Task task) {
    return switch (task) {
      case TEXT_TO_IMAGE -> "prompt";
      case IMAGE_TO_IMAGE -> "picture: .jpg, .jpeg, .png or .webp";
    };
  }

  /// SGLang's of its dataset `random`.
  public static List<ServingPrompt> random(Task task, int count) {
    List<String> texts =
        IntStream.range(0, count)
            .mapToObj("Random prompt %d for benchmarking diffusion models"::formatted)
            .toList();
    return switch (task) {
      case TEXT_TO_IMAGE -> texts.stream().map(ServingPrompt::of).toList();
      case IMAGE_TO_IMAGE -> edits(texts);
    };
  }

  private static List<ServingPrompt> bundled() {
    return BUNDLED.stream().map(ServingPrompt::of).toList();
  }

  private static List<ServingPrompt> edits(List<String> texts) {
    var picture = Optional.of(InputPicture.disc());
    return texts.stream().map(text -> new ServingPrompt(text, picture)).toList();
  }

  private static List<ServingPrompt> lines(Path file) throws IOException {
    try (var lines = Files.lines(file)) {
      return lines.map(String::strip).filter(l -> !l.isEmpty()).map(ServingPrompt::of).toList();
    }
  }

  private static List<ServingPrompt> pictures(Path path, int most) throws IOException {
    if (!Files.isDirectory(path)) {
      return listed(path, most);
    }
    Path list = path.resolve("data/i2v-bench-info.json");
    return Files.exists(list) ? listed(list, most) : named(path, most);
  }

  private static List<ServingPrompt> named(Path folder, int most) throws IOException {
    List<Path> files;
    try (var found = Files.list(folder)) {
      files = found.filter(f -> stem(f).isPresent()).sorted().limit(most).toList();
    }
    List<ServingPrompt> prompts = new ArrayList<>();
    for (Path file : files) {
      prompts.add(of(stem(file).orElseThrow(), file));
    }
    return prompts;
  }

  /// A picture's name without its ending; empty: it is none.
  private static Optional<String> stem(Path file) {
    var name = PICTURE.matcher(String.valueOf(file.getFileName()));
    return name.matches() ? Optional.of(name.group(1)) : Optional.empty();
  }

  private static ServingPrompt of(String text, Path picture) throws IOException {
    return new ServingPrompt(text, Optional.of(InputPicture.of(picture)));
  }

  /// VBench's list: `caption` and `file_name` in the folder `origin` beside it.
  private static List<ServingPrompt> listed(Path list, int most) throws IOException {
    Path folder = list.toAbsolutePath().resolveSibling("origin");
    List<ServingPrompt> prompts = new ArrayList<>();
    for (JsonNode item : ServingJson.read(list)) {
      if (prompts.size() < most) {
        Path file = folder.resolve(item.path("file_name").asText());
        prompts.add(of(item.path("caption").asText(), file));
      }
    }
    return prompts;
  }
}
