package io.inkstream.engine.pipeline;

import io.inkstream.engine.scheduler.SchedulerFields;
import io.inkstream.engine.transformer.AdapterWeight;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// Qwen-Image-Lightning, an adapter that was distilled for 4 or 8 steps without guidance and for a
/// scheduler of its own. Nothing in its file says so but the name: `…Lightning-4steps…`.
final class Lightning {
  private static final Pattern NAME = Pattern.compile("lightning.*[48]-?_?steps?");

  private Lightning() {}

  /// What the adapters ask of the scheduler.
  static SchedulerFields fieldsFor(List<AdapterWeight> adapters) {
    return adapters.stream().anyMatch(Lightning::isOne)
        ? SchedulerFields.LIGHTNING
        : SchedulerFields.NONE;
  }

  private static boolean isOne(AdapterWeight adapter) {
    String name = String.valueOf(adapter.file().getFileName()).toLowerCase(Locale.ROOT);
    return adapter.weight() != 0 && NAME.matcher(name).find();
  }
}
