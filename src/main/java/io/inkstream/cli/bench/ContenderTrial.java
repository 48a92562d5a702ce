package io.inkstream.cli.bench;

import io.inkstream.cli.bench.Contender.Family;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// One picture of a contender, beside the same picture whose every step is computed.
///
/// @param share of the blocks of all steps that ran
/// @param picture what the whole picture cost, and what its steps alone
/// @param full the same of the other picture
record ContenderTrial(
    Family family,
    String name,
    int steps,
    String prompt,
    long seed,
    double share,
    Took picture,
    Took full,
    PictureLikeness likeness) {
  static final String HEADER =
      "family,setting,steps,prompt,seed,computed_share,cpu_s,wall_s,steps_cpu_s,steps_wall_s,"
          + "full_cpu_s,full_wall_s,full_steps_cpu_s,full_steps_wall_s,psnr_db,ssim";

  /// @param steps text encoding and decoding are not in it
  record Took(Cost all, Cost steps) {}

  boolean isOf(Scene scene) {
    return steps == scene.steps() && prompt.equals(scene.prompt()) && seed == scene.seed();
  }

  /// How many times as fast the steps were, by the clock on the wall.
  double wallSpeedup() {
    return full.steps().wall() / picture.steps().wall();
  }

  /// The same in processor seconds.
  double cpuSpeedup() {
    return full.steps().cpu() / picture.steps().cpu();
  }

  /// The same of the whole picture.
  double pictureSpeedup() {
    return full.all().cpu() / picture.all().cpu();
  }

  String line() {
    return String.format(
        Locale.ROOT,
        "%s,\"%s\",%d,\"%s\",%d,%.4f,%s,%s,%.3f,%.5f",
        family.name().toLowerCase(Locale.ROOT),
        name,
        steps,
        prompt.replace("\"", "\"\""),
        seed,
        share,
        text(picture),
        text(full),
        likeness.psnr(),
        likeness.ssim());
  }

  private static String text(Took took) {
    return String.format(
        Locale.ROOT,
        "%.3f,%.3f,%.3f,%.3f",
        took.all().cpu(),
        took.all().wall(),
        took.steps().cpu(),
        took.steps().wall());
  }

  /// What [#line] wrote.
  static ContenderTrial parse(String line) {
    List<String> cells = cells(line);
    double[] n = cells.subList(5, cells.size()).stream().mapToDouble(Double::parseDouble).toArray();
    return new ContenderTrial(
        Family.valueOf(cells.get(0).toUpperCase(Locale.ROOT)),
        cells.get(1),
        Integer.parseInt(cells.get(2)),
        cells.get(3),
        Long.parseLong(cells.get(4)),
        n[0],
        new Took(new Cost(n[1], n[2]), new Cost(n[3], n[4])),
        new Took(new Cost(n[5], n[6]), new Cost(n[7], n[8])),
        new PictureLikeness(n[9], n[10]));
  }

  private static List<String> cells(String line) {
    List<String> cells = new ArrayList<>();
    var cell = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
        cell.append(line.charAt(++i));
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        cells.add(cell.toString());
        cell.setLength(0);
      } else {
        cell.append(c);
      }
    }
    cells.add(cell.toString());
    return cells;
  }
}
