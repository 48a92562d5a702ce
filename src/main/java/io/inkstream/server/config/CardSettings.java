package io.inkstream.server.config;

import static io.inkstream.server.config.CardEntries.DP_SIZE;
import static io.inkstream.server.config.CardEntries.ENABLE_CFG_PARALLEL;
import static io.inkstream.server.config.CardEntries.NUM_GPUS;
import static io.inkstream.server.config.CardEntries.RING_DEGREE;
import static io.inkstream.server.config.CardEntries.SP_DEGREE;
import static io.inkstream.server.config.CardEntries.TP_SIZE;
import static io.inkstream.server.config.CardEntries.ULYSSES_DEGREE;
import static io.inkstream.server.config.EngineEntries.PERFORMANCE_MODE;

import io.inkstream.engine.device.Device;
import io.inkstream.engine.device.Parallelism;
import io.inkstream.engine.model.Cards;
import java.util.Optional;
import java.util.stream.Stream;

/// How several cards share the work, of what settings say of their number and of degrees: SGLang's
/// rules, by which what nobody says follows from the rest.
final class CardSettings {
  private static final String NO_RING =
      "1: ring attention wants the sums of each row's softmax, which ONNX Runtime's attention does"
          + " not give; use ulysses-degree";

  private final SettingValues values;
  private final Device device;
  private final int replicas;
  private final Optional<Integer> slices;

  private CardSettings(SettingValues values, Device device) {
    this.values = values;
    this.device = device;
    this.replicas = values.get(DP_SIZE);
    this.slices = slices(values);
  }

  /// @throws SettingException if they do not go with each other, or the device is but one
  static Cards from(SettingValues values, Device device) {
    return new CardSettings(values, device).cards();
  }

  private static Optional<Integer> slices(SettingValues values) {
    if (values.get(RING_DEGREE) > 1) {
      throw values.refused(RING_DEGREE, NO_RING);
    }
    var ulysses = values.find(ULYSSES_DEGREE);
    var sequence = values.find(SP_DEGREE);
    if (ulysses.isPresent() && sequence.isPresent() && !ulysses.equals(sequence)) {
      throw values.refused(SP_DEGREE, ulysses.get() + ", which ulysses-degree is");
    }
    return ulysses.or(() -> sequence);
  }

  private Cards cards() {
    var parallelism = parallelism();
    if (parallelism.cards() > 1 && device.kind().takesHostTensors()) {
      throw onOne();
    }
    int text = values.get(TP_SIZE);
    if (text > parallelism.cardsOfReplica()) {
      throw values.refused(
          TP_SIZE, "1 to %d, the cards of a replica".formatted(parallelism.cardsOfReplica()));
    }
    return new Cards(parallelism, text);
  }

  /// Names what somebody has given.
  private SettingException onOne() {
    return Stream.of(NUM_GPUS, DP_SIZE, ULYSSES_DEGREE, SP_DEGREE)
        .filter(setting -> values.find(setting).orElse(1) > 1)
        .findFirst()
        .map(setting -> values.refused(setting, "1 on " + device))
        .orElseGet(() -> values.refused(ENABLE_CFG_PARALLEL, "false on " + device));
  }

  private Parallelism parallelism() {
    int cards = values.find(NUM_GPUS).orElseGet(this::wanted);
    int each = cards / replicas;
    if (cards % replicas != 0) {
      throw values.refused(NUM_GPUS, "a multiple of dp-size, " + replicas);
    }
    if (spreadsLayers()) {
      return new Parallelism(replicas, 1, 1, each);
    }
    int branches = branches(each);
    int rows = slices.orElse(each / branches);
    if (branches * rows != each) {
      throw values.refused(
          NUM_GPUS,
          "%d: dp-size %d, guidance on %d, ulysses-degree %d"
              .formatted(replicas * branches * rows, replicas, branches, rows));
    }
    return new Parallelism(replicas, branches, rows, 1);
  }

  private int wanted() {
    int branches = values.find(ENABLE_CFG_PARALLEL).orElse(false) ? 2 : 1;
    return replicas * branches * slices.orElse(1);
  }

  private boolean spreadsLayers() {
    boolean memory = values.get(PERFORMANCE_MODE).equals(Optional.of(false));
    return memory && slices.isEmpty() && values.find(ENABLE_CFG_PARALLEL).isEmpty();
  }

  /// @param cards of a replica
  private int branches(int cards) {
    boolean usual = slices.map(rows -> cards == 2 * rows).orElse(cards % 2 == 0);
    return values.find(ENABLE_CFG_PARALLEL).orElse(usual) ? 2 : 1;
  }
}
