package io.inkstream.engine.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PictureTest {
  private static final Pixels BLACK = new Pixels(16, 8, new byte[16 * 8 * 3]);
  private static final ImageEncoder PNG = new PngEncoder(6);

  @Test
  void manyReadersGetTheOneFile() throws InterruptedException {
    var picture = new Picture(BLACK);
    List<Future<byte[]>> files;
    try (var threads = Executors.newFixedThreadPool(8)) {
      Callable<byte[]> ask = () -> picture.file(new PngEncoder(6)); // an equal encoder
      files = threads.invokeAll(IntStream.range(0, 100).mapToObj(reader -> ask).toList());
    }
    byte[] first = picture.file(PNG);
    assertThat(files).allSatisfy(file -> assertThat(file.get()).isSameAs(first));
    assertThat(first).isEqualTo(PNG.encode(BLACK, Map.of()));
  }

  @Test
  void anotherEncoderMakesAnotherFile() {
    var picture = new Picture(BLACK);
    assertThat(picture.file(new JpegEncoder(80)))
        .isEqualTo(new JpegEncoder(80).encode(BLACK, Map.of()))
        .isNotEqualTo(picture.file(new JpegEncoder(10)));
  }
}
