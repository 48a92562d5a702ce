package io.inkstream.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.engine.model.ModelSettings;
import io.inkstream.engine.model.PipelineLoader;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.tensor.Precision;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContenderGridTest {
  private final DiffusionPipeline pipeline =
      PipelineLoader.load(
          new ModelSettings(
              Path.of("src/test/resources/goldens/tiny"), Optional.empty(), Precision.FAST),
          OnnxRuntime.start(RuntimeSettings.defaults()));

  @AfterAll
  void close() {
    pipeline.close();
  }

  private ContenderGrid policies() {
    return new ContenderGrid(pipeline, Contender.policies());
  }

  @Test
  void aPolicyWithoutATableForSoManyStepsIsLeftOut() {
    var trials = policies().round(new Scene("a pear", 1, 64, 4, 1));

    assertThat(trials)
        .extracting(Trial::setting)
        .contains("both-ends 0.50", "guarded 0.34, tolerance 0.02")
        .noneMatch(name -> name.startsWith("calibrated") || name.startsWith("mean-cache"));
  }

  @Test
  void whatIsRefusedForAnythingElseEndsTheBench() {
    var tooLarge = new Scene("a pear", 1, 1 << 20, 4, 1);

    assertThatThrownBy(() -> policies().round(tooLarge))
        .isInstanceOf(InvalidRequestException.class);
  }
}
