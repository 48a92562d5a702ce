package io.inkstream.server.deferred;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inkstream.server.api.ImagesResponse;
import io.inkstream.server.api.ImagesResponseWriter;
import io.inkstream.server.api.PictureLinks;
import io.inkstream.server.claims.DrawnPictures;
import io.inkstream.server.claims.JobRequest;
import io.inkstream.server.jobs.Drawn;
import io.inkstream.server.store.PictureStore;
import io.inkstream.server.store.StoreException;
import io.inkstream.server.store.StoredPicture;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.Optional;
import java.util.stream.IntStream;

/// Pictures of jobs: kept in the store of pictures, where links lead, and found there again.
@Singleton
final class KeptPictures implements DrawnPictures {
  private final ImagesResponseWriter writer;
  private final PictureStore store;
  private final ObjectMapper mapper;

  KeptPictures(ImagesResponseWriter writer, PictureStore store, ObjectMapper mapper) {
    this.writer = writer;
    this.store = store;
    this.mapper = mapper;
  }

  @Override
  public String keep(JobRequest request, Drawn drawn) {
    try {
      return mapper.writeValueAsString(
          writer.keep(request.order(), request.links(), request.quality(), drawn));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a result has no form in JSON", e);
    }
  }

  /// The result of a job, with links.
  ///
  /// @param base where they begin
  ImagesResponse linked(String result, URI base) {
    ImagesResponse kept = read(result);
    int count = kept.data().size();
    return kept.withData(
        IntStream.range(0, count)
            .mapToObj(i -> kept.data().get(i).at(PictureLinks.of(base, kept.id(), i, count)))
            .toList());
  }

  /// The same with the pictures that are still kept in the place of links to them. Reads files.
  ImagesResponse held(ImagesResponse linked) {
    return linked.withData(
        IntStream.range(0, linked.data().size())
            .mapToObj(i ->
                file(linked.id(), i)
                    .map(file -> linked.data().get(i).with(file))
                    .orElse(linked.data().get(i)))
            .toList());
  }

  private Optional<byte[]> file(String id, int variant) {
    return store.find(id, variant).map(KeptPictures::bytes);
  }

  private static byte[] bytes(StoredPicture picture) {
    try {
      return Files.readAllBytes(picture.file());
    } catch (IOException e) {
      throw StoreException.unreadable(e);
    }
  }

  /// Deletes the pictures of a result.
  void delete(String result) {
    store.delete(read(result).id());
  }

  private ImagesResponse read(String result) {
    try {
      return mapper.readValue(result, ImagesResponse.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a job's result is not one: " + e.getOriginalMessage(), e);
    }
  }
}
