package io.inkstream.server.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.model.AdapterSettings;
import io.inkstream.engine.model.ModelSettings;
import io.inkstream.engine.model.PipelineLoader;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.snapshot.DefaultModel;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.weights.SampleAdapter;
import io.inkstream.server.order.OrderTest.Change;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DrawnFieldTest {
  private static DiffusionPipeline pipeline;

  @BeforeAll
  static void load(@TempDir Path folder) {
    var model = DefaultModel.resolve(Optional.empty());
    SampleAdapter.write(folder.resolve("style.safetensors"), model, 2, 1);
    var settings =
        new ModelSettings(
            model,
            Optional.empty(),
            Precision.LOW_MEMORY,
            Optional.empty(),
            new AdapterSettings(List.of(), List.of(folder), false));
    pipeline = PipelineLoader.load(settings, OnnxRuntime.start(RuntimeSettings.defaults()));
  }

  @AfterAll
  static void close() {
    pipeline.close();
  }

  /// Whoever forgets to use a field is told here.
  @ParameterizedTest
  @MethodSource("drawn")
  void aFieldThatIsSaidToChangePicturesDoes(Field field) throws IOException {
    assertThat(OrderTest.changedBy(field)).anyMatch(DrawnFieldTest::isSeen);
  }

  static Stream<Field> drawn() {
    return Arrays.stream(Field.values()).filter(field -> field.drawn() && !field.ofEdits());
  }

  private static boolean isSeen(Change change) {
    return !picture(change.before()).equals(picture(change.after()));
  }

  private static Pixels picture(Order order) {
    return pipeline
        .generate(order.drawing(), event -> {}, new CancellationSignal())
        .getFirst()
        .pixels();
  }
}
