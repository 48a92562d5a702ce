package io.inkstream.cli.bench;

import io.inkstream.cli.bench.Contender.Family;
import java.util.List;
import java.util.Locale;

/// One picture drawn with less work, and the same picture of the same engine in full.
///
/// @param engine that drew both
/// @param setting for people
record Trial(String engine, Family family, String setting, Scene scene, Drawing own, Drawing full) {
  /// The columns of `results.csv`. Costs are seconds, `steps_` those of the denoising alone,
  /// `full_` those of the other picture; pictures are files beside.
  static final String HEADER =
      "engine,family,setting,steps,prompt,seed,skipped_forwards,computed_forwards,computed_share,"
          + "cpu_s,wall_s,steps_cpu_s,steps_wall_s,"
          + "full_cpu_s,full_wall_s,full_steps_cpu_s,full_steps_wall_s,picture,full_picture";

  /// A line of `results.csv`.
  String line() {
    return String.join(
        ",",
        engine,
        word(family),
        quoted(setting),
        cells(scene),
        String.format(Locale.ROOT, "%d,%d", own.skipped(), own.computed()),
        Double.isNaN(own.share()) ? "" : String.format(Locale.ROOT, "%.4f", share()),
        costs(own),
        costs(full),
        picture(),
        fullPicture());
  }

  /// How a line names its scene.
  static String cells(Scene scene) {
    return "%d,%s,%d".formatted(scene.steps(), quoted(scene.prompt()), scene.seed());
  }

  /// The picture's file.
  String picture() {
    return file(word(family) + "-" + setting);
  }

  /// The file of the picture in full.
  String fullPicture() {
    return file("full");
  }

  // Of the steps that were asked for: a solver with fewer steps ran all blocks of its own.
  private double share() {
    double forwards = own.skipped() + own.computed();
    return own.share() * forwards / (full.skipped() + full.computed());
  }

  private String file(String what) {
    var place =
        List.of(scene.steps(), scene.seed(), Integer.toHexString(scene.prompt().hashCode()));
    String name = engine + "-" + what;
    return "pictures/%s-%s-%s/".formatted(place.toArray())
        + name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-")
        + ".png";
  }

  private static String word(Family family) {
    return family.name().toLowerCase(Locale.ROOT);
  }

  private static String costs(Drawing drawing) {
    return String.format(
        Locale.ROOT,
        "%.3f,%.3f,%.3f,%.3f",
        drawing.all().cpu(),
        drawing.all().wall(),
        drawing.steps().cpu(),
        drawing.steps().wall());
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }
}
