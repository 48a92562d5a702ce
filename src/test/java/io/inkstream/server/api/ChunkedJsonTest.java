package io.inkstream.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.server.http.ChunkedJson;
import io.inkstream.server.http.Chunks;
import io.inkstream.server.jobs.FinishedPicture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkedJsonTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final ChunkedJson json = new ChunkedJson(MAPPER);

  private record Answer(String before, List<ImagesResponse.Image> data, int after) {}

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 49_151, 49_152, 49_153, 98_304, 200_000})
  void isWhatJacksonWrites(int bytes) throws IOException {
    byte[] file = file(bytes);
    var answer = new Answer("ä \"", List.of(image(file), image(file)), 7);

    assertThat(all(json.write(answer))).isEqualTo(MAPPER.writeValueAsBytes(answer));
  }

  @Test
  void noChunkIsLarge() {
    var chunks = json.write(new Answer("x".repeat(300_000), List.of(image(file(300_000))), 7));

    assertThat(chunks)
        .toIterable()
        .hasSizeGreaterThan(10)
        .allSatisfy(chunk -> assertThat(chunk).hasSizeBetween(1, 65_536));
  }

  private static ImagesResponse.Image image(byte[] file) {
    return ImagesResponse.Image.held(new FinishedPicture(0, "a prompt", 42, 8, 8, false, file));
  }

  private static byte[] file(int bytes) {
    byte[] file = new byte[bytes];
    new Random(1).nextBytes(file);
    return file;
  }

  private static byte[] all(Chunks chunks) {
    var all = new ByteArrayOutputStream();
    chunks.forEachRemaining(all::writeBytes);
    return all.toByteArray();
  }
}
