package io.inkstream.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// What the benches draw.
public final class Scenes {
  /// Two forwards a step.
  public static final double GUIDANCE = 4;

  private static final long FIRST_SEED = 42;
  private static final long SEED_STRIDE = 100;
  private static final List<String> PROMPTS =
      List.of(
          "a red apple",
          "a dog face on a blue background",
          "a cute panda",
          "a hamburger on a green background",
          "a cat to the left of a pizza",
          "three rockets",
          "a tiger on a background fading from orange to purple",
          "a soccer ball next to a trophy on a light blue background");
  private static final List<String> MORE =
      List.of(
          "an octopus on a pink background",
          "a sign that says \"HELLO\" in red",
          "a guitar on a red and yellow striped background",
          "a frog on a white background",
          "two strawberries on a light blue background",
          "an elephant on a background fading from blue to white",
          "a bus on a yellow background",
          "a sunflower next to a house on a green background");

  private Scenes() {}

  /// Eight prompts of the pocket model's vocabulary.
  public static List<String> prompts() {
    return PROMPTS;
  }

  /// Sixteen; no calibration has seen any of them.
  public static List<String> morePrompts() {
    return Stream.concat(PROMPTS.stream(), MORE.stream()).toList();
  }

  /// Every prompt with so many seeds of its own and every number of steps.
  ///
  /// @param guidance true CFG scale; 1 is one forward a step
  public static List<Scene> of(
      List<String> prompts, int seeds, List<Integer> steps, int size, double guidance) {
    List<Scene> scenes = new ArrayList<>();
    for (int round = 0; round < seeds; round++) {
      for (int i = 0; i < prompts.size(); i++) {
        for (int count : steps) {
          long seed = FIRST_SEED + i + round * SEED_STRIDE;
          scenes.add(new Scene(prompts.get(i), seed, size, count, guidance));
        }
      }
    }
    return scenes;
  }
}
