package io.inkstream.engine.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.engine.graph.OnnxModel;
import io.inkstream.engine.network.DoubleStreamGraphs;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.runtime.SessionGraph;
import io.inkstream.engine.runtime.SessionSettings;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.tensor.Tensor;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ModulationMakerTest {
  private static final Path TINY = Path.of("src/test/resources/goldens/tiny");
  private static final int BLOCKS = 10;
  private static final int WIDTH = 48;
  private static final float[] TIMES = {1, 0.5f, 0.02f};

  private final QwenImageSnapshot snapshot = QwenImageSnapshot.open(TINY, Optional.empty());
  private final DoubleStreamGraphs graphs = (DoubleStreamGraphs) snapshot.transformerGraphs();
  private final CancellationSignal signal = new CancellationSignal();

  @AfterEach
  void nothingIsLeft() {
    assertThat(Tensor.open()).isZero();
    assertThat(Subgraph.open()).isZero();
  }

  private static Subgraph load(OnnxModel model) {
    return OnnxRuntime.start(RuntimeSettings.defaults())
        .load(
            SessionGraph.of(model.name(), model.bytes(), model.weightsFolder()),
            SessionSettings.of(Precision.FAST));
  }

  @Test
  void aScheduleGivesEachStepWhatItsTimeAloneWouldGive() {
    var graph = load(graphs.modulations());
    try (var maker = new HostModulations(graph, BLOCKS, WIDTH);
        var all = maker.make(TIMES, AdapterInputs.NONE, signal)) {
      assertThat(all.blocks()).hasSize(BLOCKS);
      for (int step = 0; step < TIMES.length; step++) {
        try (var one = maker.make(new float[] {TIMES[step]}, AdapterInputs.NONE, signal)) {
          assertClose(all.out().row(step), one.out().row(0));
          assertClose(all.blocks().getLast().row(step), one.blocks().getLast().row(0));
        }
      }
    }
  }

  @Test
  void theOutputsModulationIsTheSameWhereBlocksHaveTheirsMadeApart() {
    var graph = load(graphs.modulations());
    try (var maker = new HostModulations(graph, BLOCKS, WIDTH);
        var all = maker.make(TIMES, AdapterInputs.NONE, signal);
        var apart = load(graphs.timeEmbedding());
        var time = Tensor.of(TIMES, TIMES.length);
        var act = Tensor.zeros(TIMES.length, WIDTH);
        var out = Tensor.zeros(TIMES.length, 2 * WIDTH)) {
      apart.run(Map.of("timestep", time), Map.of("act", act, "modulation_out", out), signal);

      assertClose(out, all.out());
      assertThat(act.toArray()).doesNotContain(0f, Float.NaN);
    }
  }

  private static void assertClose(Tensor tensor, Tensor expected) {
    float[] values = tensor.toArray();
    float[] wanted = expected.toArray();
    assertThat(values).hasSameSizeAs(wanted);
    for (int i = 0; i < wanted.length; i++) {
      assertThat(values[i]).isCloseTo(wanted[i], within(1e-5f));
    }
  }
}
