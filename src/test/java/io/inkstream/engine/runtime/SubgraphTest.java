package io.inkstream.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.Await;
import io.inkstream.engine.device.EngineException;
import io.inkstream.engine.model.EmulatedDevice;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Sessions and their runs, wherever they are.
class SubgraphTest {
  private static final SessionSettings FAST = SessionSettings.of(Precision.FAST);

  enum Where {
    PROCESSOR,
    DEVICE,
    /// A session of a device's runtime that runs on the processor all the same.
    HOSTED;

    Subgraph load(byte[] model) {
      return switch (this) {
        case PROCESSOR -> processor().load(SessionGraph.of("tiny", model), FAST);
        case DEVICE -> EmulatedDevice.runtime().load(SessionGraph.of("tiny", model), FAST);
        case HOSTED -> EmulatedDevice.runtime().load(SessionGraph.of("tiny", model), FAST.hosted());
      };
    }

    private static OnnxRuntime processor() {
      return OnnxRuntime.start(RuntimeSettings.defaults());
    }
  }

  private static float[] run(Subgraph graph, int n, CancellationSignal signal) {
    float[] values = new float[n * n];
    for (int i = 0; i < values.length; i++) {
      values[i] = i + 0.5f;
    }
    try (var x = Tensor.of(values, n, n);
        var y = Tensor.zeros(n, n)) {
      graph.run(Map.of("x", x), Map.of("y", y), signal);
      return y.toArray();
    }
  }

  @ParameterizedTest
  @EnumSource
  void oneSessionTakesAnyExtents(Where where) {
    long open = Subgraph.open();
    try (var graph = where.load(TinyGraph.doubled())) {
      assertThat(Subgraph.open()).isEqualTo(open + 1);
      assertThat(run(graph, 1, new CancellationSignal())).containsExactly(1);
      assertThat(run(graph, 2, new CancellationSignal())).containsExactly(1, 3, 5, 7);
    }
    assertThat(Subgraph.open()).isEqualTo(open);
    assertThat(Tensor.open()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void aSecondCloseDoesNothing(Where where) {
    long open = Subgraph.open();
    var graph = where.load(TinyGraph.doubled());

    graph.close();
    graph.close();

    assertThat(Subgraph.open()).isEqualTo(open);
  }

  @ParameterizedTest
  @EnumSource
  void manyThreadsMayRunIt(Where where) throws InterruptedException, ExecutionException {
    try (var graph = where.load(TinyGraph.doubled());
        var threads = Executors.newFixedThreadPool(4)) {
      var runs =
          IntStream.range(0, 32)
              .mapToObj(i -> threads.submit(() -> run(graph, 1 + i % 3, new CancellationSignal())))
              .toList();
      for (int i = 0; i < runs.size(); i++) {
        int n = 1 + i % 3;
        assertThat(runs.get(i).get()).hasSize(n * n).contains(1).contains(2 * n * n - 1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void wrongNamesAreSaidBesideTheRightOnes(Where where) {
    try (var graph = where.load(TinyGraph.doubled());
        var tensor = Tensor.zeros(1, 1)) {
      var signal = new CancellationSignal();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> graph.run(Map.of("z", tensor), Map.of("y", tensor), signal))
          .withMessage("tiny has inputs [x], was given [z]");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> graph.run(Map.of("x", tensor), Map.of(), signal))
          .withMessage("tiny has outputs [y], was given []");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFailureNamesTheSubgraphAndCarriesTheLibrarysText(Where where) {
    try (var graph = where.load(TinyGraph.doubled());
        var x = Tensor.zeros(2, 2);
        var y = Tensor.zeros(3, 3)) {
      assertThatThrownBy(() -> graph.run(Map.of("x", x), Map.of("y", y), new CancellationSignal()))
          .isInstanceOf(EngineException.class)
          .hasMessageStartingWith("tiny failed: ")
          .hasMessageContaining("shape");
      // The session lives on.
      assertThat(run(graph, 1, new CancellationSignal())).containsExactly(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aModelThatIsRefusedSaysWhy(Where where) {
    assertThatThrownBy(() -> where.load(TinyGraph.unknownOperator()))
        .isInstanceOf(EngineException.class)
        .hasMessageStartingWith("tiny does not load: ")
        .hasMessageContaining("NoSuchOperator");
    assertThatThrownBy(() -> where.load("nonsense".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(EngineException.class)
        .hasMessageStartingWith("tiny does not load: ");
  }

  @ParameterizedTest
  @EnumSource
  void aCancelledRequestBeginsNoRun(Where where) {
    var signal = new CancellationSignal();
    signal.cancel();
    try (var graph = where.load(TinyGraph.doubled())) {
      long runs = Subgraph.runs();
      assertThatThrownBy(() -> run(graph, 1, signal)).isInstanceOf(CancelledException.class);
      assertThat(Subgraph.runs()).isEqualTo(runs);
    }
    assertThat(Tensor.open()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void aCancelEndsARunInItsMiddle(Where where) throws InterruptedException {
    try (var graph = where.load(TinyGraph.power(3000))) { // of tens of seconds
      // Given: a run that computes
      var signal = new CancellationSignal();
      var failure = new AtomicReference<Throwable>();
      long runs = Subgraph.runs();
      var worker =
          Thread.ofPlatform()
              .uncaughtExceptionHandler((thread, thrown) -> failure.set(thrown))
              .start(() -> run(graph, 640, signal));
      var clock = ManagementFactory.getThreadMXBean();
      Await.until(
          "the run computes", () -> clock.getThreadCpuTime(worker.threadId()) > 100_000_000);

      // When
      signal.cancel();
      worker.join();

      // Then
      assertThat(failure.get()).isInstanceOf(CancelledException.class);
      assertThat(Subgraph.runs()).isEqualTo(runs);
      assertThat(Tensor.open()).isZero();
      assertThat(run(graph, 1, new CancellationSignal())).hasSize(1);
    }
  }
}
