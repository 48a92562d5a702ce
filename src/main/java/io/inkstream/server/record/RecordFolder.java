package io.inkstream.server.record;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.server.store.StoreFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// JSON documents in a folder, one a file, `ID.json`: whole or absent, whatever happens meanwhile.
/// Safe for any thread, and for several processes with one folder. Every method waits for the disk.
public final class RecordFolder {
  private static final Pattern ID = Pattern.compile("[a-z]{1,10}[_-][0-9a-z_-]{1,80}");
  private static final String ENDING = ".json";
  private static final String TEMPORARY = ".tmp";
  private static final String OWNER = "owner";
  private static final JsonMapper JSON = new JsonMapper();

  private final StoreFolder folder;
  private final Owner owner;
  private final AtomicBoolean prepared = new AtomicBoolean();

  /// @param owner who looks after what is put here
  public RecordFolder(StoreFolder folder, Owner owner) {
    this.folder = folder;
    this.owner = owner;
  }

  public Path path() {
    return folder.path();
  }

  /// Keeps a record, in the place of one with the same id. It is this process's to look after.
  ///
  /// @throws RecordException if it cannot be written
  public void put(String id, ObjectNode json) {
    Path file = file(id).orElseThrow(() -> new IllegalArgumentException(id));
    try {
      prepare();
      Path temporary = Files.createTempFile(folder.path(), "." + id + "-", TEMPORARY);
      write(temporary, json.deepCopy().put(OWNER, owner.name()).toString());
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static void write(Path file, String json) throws IOException {
    try (var channel = FileChannel.open(file, CREATE, TRUNCATE_EXISTING, WRITE)) {
      var left = ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8));
      while (left.hasRemaining()) {
        channel.write(left);
      }
      channel.force(false);
    }
  }

  /// Makes the folder, if it is not there.
  ///
  /// @throws RecordException if nothing can be written there
  public void require() {
    try {
      prepare();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private void prepare() throws IOException {
    if (!prepared.get() || !Files.isDirectory(folder.path())) {
      folder.make();
      owner.begin();
      prepared.set(true);
    }
  }

  /// A record that is kept, without who looks after it.
  ///
  /// @throws RecordException if it cannot be read
  public Optional<ObjectNode> find(String id) {
    return read(id).map(json -> json.without(OWNER));
  }

  public boolean has(String id) {
    return file(id).filter(Files::exists).isPresent();
  }

  private Optional<ObjectNode> read(String id) {
    Optional<Path> file = file(id);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try {
      JsonNode json = JSON.readTree(Files.readAllBytes(file.get()));
      return json instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (JsonProcessingException e) {
      throw new RecordException(id + " is damaged", e);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /// The ids of all records, in no order.
  ///
  /// @throws RecordException if the folder cannot be read
  public List<String> ids() {
    try (Stream<Path> all = Files.list(folder.path())) {
      return all.map(path -> path.getFileName().toString())
          .filter(name -> name.endsWith(ENDING))
          .map(name -> name.substring(0, name.length() - ENDING.length()))
          .filter(id -> ID.matcher(id).matches())
          .toList();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of(); // nothing was kept yet
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /// @return whether there was one
  /// @throws RecordException if it cannot be deleted
  public boolean delete(String id) {
    try {
      Optional<Path> file = file(id);
      return file.isPresent() && Files.deleteIfExists(file.get());
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /// Makes this process look after records whose own is gone.
  ///
  /// @return their ids
  public List<String> takeOver() {
    List<String> ids = ids();
    return ids.isEmpty() ? ids : owner.alone(() -> ids.stream().filter(this::tookOver).toList());
  }

  private boolean tookOver(String id) {
    var json = read(id);
    if (json.isEmpty() || !owner.isGone(json.get().path(OWNER).asText())) {
      return false;
    }
    put(id, json.get());
    return true;
  }

  private Optional<Path> file(String id) {
    return ID.matcher(id).matches()
        ? Optional.of(folder.path().resolve(id + ENDING))
        : Optional.empty();
  }

  private static RecordException failed(IOException e) {
    return new RecordException("files cannot be kept: " + StoreFolder.reason(e), e);
  }
}
