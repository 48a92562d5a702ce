package io.inkstream.engine.model;

import io.inkstream.Goldens;
import io.inkstream.Goldens.Case;
import io.inkstream.engine.snapshot.ModelFiles;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Edits by a transformer whose given pictures are modulated as of time 0, as that of
/// Qwen-Image-Edit-2511, against diffusers.
class Edit2511GoldenTest extends PictureToPictureGoldenTest {
  private static final Path GOLDENS = Path.of("src/test/resources/goldens");
  private static final Path FOLDER = GOLDENS.resolve("edit_2511");

  @Override
  @TestFactory
  Stream<DynamicTest> drawsWhatDiffusersDraws() {
    return new Goldens(FOLDER, GOLDENS.resolve("tiny"))
        .cases()
        .map(golden -> DynamicTest.dynamicTest(golden.name(), () -> check(golden)));
  }

  @Override
  ModelFiles files(Case golden, String pipelineClass) {
    return EditSnapshot.withTransformerConfig(
        super.files(golden, pipelineClass),
        temp.resolve("zero_cond_t"),
        FOLDER.resolve("transformer_config.json"));
  }
}
