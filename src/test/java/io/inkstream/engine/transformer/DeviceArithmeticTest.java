package io.inkstream.engine.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.engine.cache.ResidualArithmetic;
import io.inkstream.engine.graph.OnnxModel;
import io.inkstream.engine.model.EmulatedDevice;
import io.inkstream.engine.network.ResidualGraphs;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.DeviceRuntime;
import io.inkstream.engine.runtime.SessionGraph;
import io.inkstream.engine.runtime.SessionSettings;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.tensor.TorchGenerator;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The graphs of a cache on a device against the same arithmetic in Java.
class DeviceArithmeticTest {
  private static final int ROWS = 7;
  private static final int WIDTH = 12;

  private final DeviceRuntime runtime = EmulatedDevice.runtime().onDevice().orElseThrow();
  private final ResidualGraphs graphs = new ResidualGraphs(WIDTH, DType.F32);
  private final DeviceParts parts =
      new DeviceParts(
          List.of(runtime.memory(DType.F32)),
          load(graphs.difference()),
          load(graphs.add()),
          load(graphs.sumAbs()),
          load(graphs.sumAbsChange()),
          load(graphs.derive()),
          IntStream.rangeClosed(1, ResidualGraphs.MAX_ORDER)
              .mapToObj(order -> load(graphs.taylor(order)))
              .toList());
  private final DeviceArithmetic device = new DeviceArithmetic(parts, new CancellationSignal());
  private final List<Tensor> opened = new ArrayList<>();

  private Subgraph load(OnnxModel model) {
    return runtime.load(
        SessionGraph.of(model.name(), model.bytes()), SessionSettings.of(EmulatedDevice.PRECISION));
  }

  @AfterEach
  void nothingIsLeft() {
    device.close();
    parts.close();
    opened.forEach(Tensor::close);
    assertThat(Tensor.open()).isZero();
    assertThat(Subgraph.open()).isZero();
  }

  @Test
  void differencesAreThoseOfTheHost() {
    assertSame((arithmetic, t) -> {
      arithmetic.difference(t.get(0), t.get(1), t.get(2));
      return 0.0;
    });
  }

  @Test
  void aResidualIsAddedInPlace() {
    assertSame((arithmetic, t) -> {
      arithmetic.add(t.get(0), t.get(1));
      return 0.0;
    });
  }

  @Test
  void sumsOfMagnitudesComeToTheHost() {
    assertSame((arithmetic, t) -> arithmetic.sumAbs(t.get(0)));
    assertSame((arithmetic, t) -> arithmetic.sumAbsChange(t.get(0), t.get(1), t.get(2)));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void derivativesAndForecastsOfEveryOrderAreThoseOfTheHost(int order) {
    assertSame((arithmetic, t) -> {
      List<Tensor> terms = t.subList(2, 3 + order);
      arithmetic.derive(terms, t.get(0), t.get(1), 3);
      arithmetic.addTaylor(t.get(0), terms, 2);
      return 0.0;
    });
  }

  /// Runs the same on equal tensors of both, and compares the results and all tensors afterwards.
  private void assertSame(BiFunction<ResidualArithmetic, List<Tensor>, Double> work) {
    List<Tensor> onHost = tensors();
    List<Tensor> onDevice = tensors().stream().map(parts.memory()::take).toList();
    opened.addAll(onHost);
    opened.addAll(onDevice);

    double expected = work.apply(ResidualArithmetic.HOST, onHost);
    double actual = work.apply(device, onDevice);

    assertThat(actual).isCloseTo(expected, within(1e-5 * Math.max(1, Math.abs(expected))));
    for (int i = 0; i < onHost.size(); i++) {
      float[] values = parts.memory().read(onDevice.get(i));
      float[] wanted = onHost.get(i).toArray();
      for (int at = 0; at < wanted.length; at++) {
        assertThat(values[at]).as("tensor %d, %d", i, at).isCloseTo(wanted[at], within(1e-5f));
      }
    }
  }

  private static List<Tensor> tensors() {
    return IntStream.range(0, 7)
        .mapToObj(seed -> Tensor.of(new TorchGenerator(seed).randn(ROWS * WIDTH), ROWS, WIDTH))
        .toList();
  }
}
