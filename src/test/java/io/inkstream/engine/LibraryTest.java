package io.inkstream.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.Documents;
import io.inkstream.engine.image.PngEncoder;
import io.inkstream.engine.model.ModelSettings;
import io.inkstream.engine.model.PipelineLoader;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.CancelledException;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.tensor.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The program of docs/library.md.
class LibraryTest {
  private static final Path SOURCE = Path.of("src/test/java/io/inkstream/engine/LibraryTest.java");
  private static final Path DOCUMENT = Path.of("docs/library.md");
  private static final Path TINY = Path.of("src/test/resources/goldens/tiny");

  @TempDir private Path folder;

  private static void draw(Path model, Path file, CancellationSignal signal) throws IOException {
    // begin library
    var settings = new ModelSettings(model, Optional.empty(), Precision.FAST);
    var runtime = OnnxRuntime.start(RuntimeSettings.defaults());
    try (var pipeline = PipelineLoader.load(settings, runtime)) {
      var request = GenerationRequest.of("a red apple").withCanvas(64, 64).withSteps(3);
      var images =
          pipeline.generate(
              request,
              event -> {
                if (event instanceof StepMade step) {
                  System.out.println("step " + step.step() + " of " + step.steps());
                }
              },
              signal); // signal.cancel(), on any thread, ends it with a CancelledException
      Files.write(file, new PngEncoder().encode(images.getFirst().pixels(), Map.of()));
    }
    // end library
  }

  @Test
  void theProgramOfTheDocumentDraws() throws IOException {
    Path file = folder.resolve("apple.png");

    draw(TINY, file, new CancellationSignal());

    assertThat(file).isNotEmptyFile();
  }

  @Test
  void aCancelEndsIt() {
    var signal = new CancellationSignal();
    signal.cancel();

    assertThatThrownBy(() -> draw(TINY, folder.resolve("none.png"), signal))
        .isInstanceOf(CancelledException.class);
  }

  @Test
  void theDocumentHasTheProgram() throws IOException {
    String source = Files.readString(SOURCE);
    int begin = source.indexOf("// begin library\n") + "// begin library\n".length();
    String program = source.substring(begin, source.indexOf("    // end library", begin));

    Documents.assertPart(
        DOCUMENT, "library", "```java\n" + program.stripTrailing().stripIndent() + "\n```");
  }
}
