package io.inkstream.server.files;

import io.inkstream.server.record.RecordException;
import io.inkstream.server.record.RecordFolder;
import io.inkstream.server.store.StoreFolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Keeps clients' files in a folder: contents in `ID.data`, and what is said of them in a record,
/// which comes last and goes first; so a file is whole or absent. Safe for any thread, and for
/// several processes with one folder. Every method but [#limits] waits for the disk.
public final class FileStore {
  private static final System.Logger LOG = System.getLogger(FileStore.class.getName());
  private static final String DATA = ".data";
  private static final Pattern LEFT = Pattern.compile("(file-[0-9a-f]{32})\\.(?:data|part)");
  // Longer than a sender may rest, or a file may be without its record.
  private static final Duration ABANDONED = Duration.ofHours(6);

  private final RecordFolder records;
  private final FileLimits limits;
  private final InstantSource clock;
  // What has been read once; records never change.
  private final Map<String, ClientFile> known = new ConcurrentHashMap<>();

  public FileStore(RecordFolder records, FileLimits limits, InstantSource clock) {
    this.records = records;
    this.limits = limits;
    this.clock = clock;
  }

  public FileLimits limits() {
    return limits;
  }

  /// Where a new file may be written, before it is [#keep]t or [#discard]ed.
  ///
  /// @param id from [ClientFile#newId]
  /// @throws RecordException if nothing can be written, or too much is kept already
  public Path draft(String id) {
    records.require();
    long all = list().stream().mapToLong(ClientFile::bytes).sum();
    if (all >= limits.allBytes()) {
      throw new RecordException(
          "no more files are kept: %d bytes are, at most %d may be"
              .formatted(all, limits.allBytes()),
          null);
    }
    return records.path().resolve(id + ".part");
  }

  public void discard(Path draft) {
    try {
      Files.deleteIfExists(draft);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, () -> "half a file cannot be deleted: " + e);
    }
  }

  /// Keeps a file whose contents are written; for the second time, as after a kill, without effect.
  ///
  /// @param from where they are, on the same disk
  /// @param age empty: the usual one
  /// @throws RecordException if that fails
  public ClientFile keep(
      String id, Path from, String name, String purpose, Optional<Duration> age) {
    Path data = records.path().resolve(id + DATA);
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    try {
      if (Files.exists(from)) {
        force(from);
        Files.move(from, data, StandardCopyOption.ATOMIC_MOVE);
      }
      var file =
          new ClientFile(
              id, name, purpose, Files.size(data), now, now.plus(age.orElse(limits.age())));
      records.put(id, file.toJson());
      known.put(id, file);
      return file;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static void force(Path file) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  /// A file that is kept, unless it is too old now.
  public Optional<ClientFile> find(String id) {
    return read(id).filter(file -> clock.instant().isBefore(file.expires()));
  }

  private Optional<ClientFile> read(String id) {
    var found = records.find(id).map(ClientFile::fromJson);
    found.ifPresentOrElse(file -> known.put(id, file), () -> known.remove(id));
    return found;
  }

  /// Where its contents are.
  public Path contents(ClientFile file) {
    return records.path().resolve(file.id() + DATA);
  }

  /// All files, the oldest first.
  public List<ClientFile> list() {
    List<String> ids = records.ids();
    known.keySet().retainAll(new HashSet<>(ids));
    Instant now = clock.instant();
    return ids.stream()
        .flatMap(id -> known.containsKey(id) ? Stream.ofNullable(known.get(id)) : readable(id))
        .filter(file -> now.isBefore(file.expires()))
        .sorted()
        .toList();
  }

  private Stream<ClientFile> readable(String id) {
    try {
      return read(id).stream();
    } catch (RecordException | IllegalArgumentException e) {
      LOG.log(System.Logger.Level.WARNING, () -> "what is said of a file cannot be read: " + e);
      return Stream.empty();
    }
  }

  /// @return whether there was one
  /// @throws RecordException if it cannot be deleted
  public boolean delete(String id) {
    known.remove(id);
    boolean there = records.delete(id);
    discard(records.path().resolve(id + DATA));
    return there;
  }

  /// Deletes what is too old, and what was left half-written.
  public void sweep() {
    Instant now = clock.instant();
    records.ids().stream()
        .flatMap(this::readable)
        .filter(file -> !now.isBefore(file.expires()))
        .forEach(file -> delete(file.id()));
    Set<String> kept = new HashSet<>(records.ids());
    try (Stream<Path> all = Files.list(records.path())) {
      all.filter(path -> isAbandoned(path, kept, now)).forEach(this::discard);
    } catch (NoSuchFileException e) {
      LOG.log(System.Logger.Level.DEBUG, "no files have been kept yet");
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static boolean isAbandoned(Path path, Set<String> kept, Instant now) {
    var name = LEFT.matcher(path.getFileName().toString());
    if (!name.matches() || (kept.contains(name.group(1)) && path.toString().endsWith(DATA))) {
      return false;
    }
    try {
      var is = Files.readAttributes(path, BasicFileAttributes.class);
      return is.lastModifiedTime().toInstant().isBefore(now.minus(ABANDONED));
    } catch (IOException e) {
      return false; // somebody else was quicker
    }
  }

  private static RecordException failed(IOException e) {
    return new RecordException("files cannot be kept: " + StoreFolder.reason(e), e);
  }
}
