package io.inkstream.cli.fitting;

import io.inkstream.cli.progress.StepClock;
import io.inkstream.engine.forecast.ForecastPolicy;
import io.inkstream.engine.forecast.ForecastPolicy.BothEnds;
import io.inkstream.engine.forecast.ForecastPolicy.Calibrated;
import io.inkstream.engine.forecast.ForecastPolicy.Kind;
import io.inkstream.engine.forecast.ForecastPolicy.MeanCache;
import io.inkstream.engine.forecast.ForecastPolicy.PowerLaw;
import io.inkstream.engine.forecast.ForecastTable;
import io.inkstream.engine.forecast.MaskSearch;
import io.inkstream.engine.forecast.PolicyScore;
import io.inkstream.engine.forecast.Recording;
import io.inkstream.engine.forecast.Refit;
import io.inkstream.engine.model.ForecastTableFile;
import io.inkstream.engine.pipeline.AdmittedRequest;
import io.inkstream.engine.pipeline.Denoising;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.runtime.CancellationSignal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/// Makes a model's forecast tables: records prompts in full, chooses the steps with the least
/// expected error, fits the weights in a closed loop. What is there already is not made again.
///
/// @param fingerprint of the model
/// @param work folder for the recordings, which are deleted when their tables are made
/// @param file where the tables go
public record TableFitting(
    DiffusionPipeline pipeline,
    FittingPlan plan,
    String fingerprint,
    Path work,
    Path file,
    CancellationSignal signal,
    Consumer<String> say) {
  /// Makes what is missing.
  ///
  /// @throws io.inkstream.engine.runtime.CancelledException once the signal is cancelled; the next
  ///   run goes on from there
  public void run() throws IOException {
    Files.createDirectories(work);
    for (int steps : plan.steps()) {
      List<Integer> missing = new ArrayList<>(plan.computed(steps));
      var admitted = pipeline.admit(plan.recording(0, steps));
      missing.removeIf(computed -> isMade(admitted, computed));
      if (missing.isEmpty()) {
        say.accept("%d steps: all tables are there".formatted(steps));
      } else {
        make(steps, missing);
      }
    }
    deleteEmpty();
  }

  private ForecastTableFile tables() {
    if (!Files.exists(file)) {
      return new ForecastTableFile(fingerprint, List.of());
    }
    var read = ForecastTableFile.read(file);
    return read.fingerprint().equals(fingerprint)
        ? read
        : new ForecastTableFile(fingerprint, List.of());
  }

  private boolean isMade(AdmittedRequest admitted, int computed) {
    return tables().entries().stream()
        .anyMatch(entry ->
            entry.table().fits(admitted.sigmas())
                && entry.table().adapters().equals(pipeline.adapterMark(admitted))
                && entry.table().computed().size() == computed
                && entry.prompts().equals(plan.mark())
                && entry.size().equals(plan.size().toString()));
  }

  private void make(int steps, List<Integer> computed) throws IOException {
    List<FittingRecord> records = new ArrayList<>();
    List<Recording> recordings = new ArrayList<>();
    for (int prompt = 0; prompt < plan.prompts().size(); prompt++) {
      records.add(record(prompt, steps));
      recordings.add(recording(records.getLast(), steps));
    }
    for (int count : computed) {
      var sigmas = records.getFirst().sigmas();
      var made = refit(steps, MaskSearch.of(recordings, sigmas, count), records, recordings);
      save(made);
      compare(made.table(), new PolicyScore(recordings, sigmas));
    }
    for (FittingRecord record : records) {
      Files.deleteIfExists(record.file());
    }
  }

  /// Says how near each policy is expected to come, and which is the one to take.
  private void compare(ForecastTable table, PolicyScore score) {
    int computed = table.computed().size();
    double share = (double) computed / table.steps();
    Map<Kind, Double> scores = new EnumMap<>(Kind.class);
    for (ForecastPolicy policy :
        List.of(new Calibrated(table), new BothEnds(share), new PowerLaw(share))) {
      scores.put(policy.kind(), score.decibels(policy));
    }
    if (MeanCache.isPublished(table.steps(), computed)) {
      scores.put(Kind.MEAN_CACHE, score.decibels(new MeanCache(computed)));
    }
    scores.forEach((kind, decibels) ->
        say.accept(String.format(Locale.ROOT, "  expected of %-11s %.1f dB", kind, decibels)));
    Kind best = Collections.max(scores.entrySet(), Map.Entry.comparingByValue()).getKey();
    say.accept("  take " + best + (best == Kind.BOTH_ENDS ? ", or guarded" : ""));
  }

  private FittingRecord record(int prompt, int steps) throws IOException {
    var admitted = pipeline.admit(plan.recording(prompt, steps));
    var record =
        new FittingRecord(
            work.resolve(plan.mark(prompt, steps) + ".f32"),
            admitted.sigmas(),
            pipeline.noise(admitted).getFirst());
    String what =
        "%d steps, prompt %d/%d (%s)"
            .formatted(steps, prompt + 1, plan.prompts().size(), plan.prompts().get(prompt));
    if (record.isComplete()) {
      say.accept(what + ": is recorded");
      return record;
    }
    say.accept(what + ": recording from step " + (record.made() + 1));
    try (Denoising denoising = pipeline.denoise(admitted, signal)) {
      var clock = new StepClock(System::nanoTime);
      int first = record.made();
      record.draw(
          denoising,
          step -> {
            if (step % 10 == 0 || step == steps) {
              say.accept(
                  "  step %d/%d ".formatted(step, steps)
                      + clock.afterStep(step - first, steps - first));
            }
          });
    }
    return record;
  }

  private static Recording recording(FittingRecord record, int steps) throws IOException {
    List<float[]> velocities = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      velocities.add(record.velocity(step));
    }
    return Recording.of(velocities, record.latents(steps));
  }

  private ForecastTableFile.Entry refit(
      int steps, List<Integer> mask, List<FittingRecord> records, List<Recording> recordings)
      throws IOException {
    say.accept("%d steps, %d computed: %s".formatted(steps, mask.size(), bits(mask, steps)));
    var admitted = pipeline.admit(plan.refit(steps));
    List<FittingRecord> own = records.subList(0, plan.refitPrompts());
    double[] energies =
        recordings.subList(0, own.size()).stream().mapToDouble(Recording::energy).toArray();
    List<float[]> latents = pipeline.noise(admitted);
    List<float[]> recorded = latents.stream().map(float[]::clone).toList();
    var refit = new Refit(own.getFirst().sigmas(), mask, energies);
    try (Denoising denoising = pipeline.denoise(admitted, signal)) {
      for (int from : mask) {
        int to = refit.next();
        for (int image = 0; image < own.size(); image++) {
          own.get(image).advance(recorded.get(image), from, to);
        }
        refit.advance(latents, denoising.velocities(from, latents), recorded);
      }
    }
    double decibels = likeness(latents, recorded);
    say.accept(String.format(Locale.ROOT, "  its own prompts come to %.1f dB", decibels));
    return new ForecastTableFile.Entry(
        refit.table(pipeline.adapterMark(admitted)), plan.size().toString(), plan.mark(), decibels);
  }

  private void save(ForecastTableFile.Entry entry) throws IOException {
    tables().with(entry).write(file);
  }

  /// Of finished latents, the mean over the pictures: `10 lg (|x|^2 / |x - exact|^2)`.
  private static double likeness(List<float[]> latents, List<float[]> recorded) {
    double sum = 0;
    for (int image = 0; image < latents.size(); image++) {
      double energy = 0;
      double error = 0;
      for (int i = 0; i < latents.get(image).length; i++) {
        double exact = recorded.get(image)[i];
        energy += exact * exact;
        error += (latents.get(image)[i] - exact) * (latents.get(image)[i] - exact);
      }
      sum += 10 * Math.log10(energy / Math.max(error, 1e-12 * energy));
    }
    return sum / latents.size();
  }

  private static String bits(List<Integer> mask, int steps) {
    var bits = new StringBuilder("0".repeat(steps));
    mask.forEach(step -> bits.setCharAt(step, '1'));
    return bits.toString();
  }

  private void deleteEmpty() throws IOException {
    try (var rest = Files.list(work)) {
      if (rest.findAny().isPresent()) {
        return;
      }
    }
    Files.delete(work);
  }
}
