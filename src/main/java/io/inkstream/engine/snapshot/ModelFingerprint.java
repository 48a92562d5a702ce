package io.inkstream.engine.snapshot;

import io.inkstream.engine.weights.SnapshotException;
import io.inkstream.engine.weights.TensorEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// What tells one model from another: a hash of the transformer's and the scheduler's
/// configurations, of every weight's name, type and shape, and of some bytes in its middle. Reading
/// a whole model would take minutes; another training changes every weight somewhere.
public final class ModelFingerprint {
  private static final int SAMPLE = 64;

  private final MessageDigest digest = sha256();

  private ModelFingerprint() {}

  /// 32 hexadecimal digits.
  ///
  /// @throws SnapshotException if a file cannot be read
  public static String of(QwenImageSnapshot snapshot) {
    var print = new ModelFingerprint();
    print.file(snapshot.transformer().config().file());
    print.file(snapshot.scheduler().config().file());
    print.weights(snapshot.transformer().tensors().values().stream().toList());
    return HexFormat.of().formatHex(print.digest.digest()).substring(0, 32);
  }

  /// The same of a transformer's and a text encoder's weights, whatever the scheduler, and of the
  /// sizes and times of their files: a change that no sample shows gives another one, too.
  ///
  /// @throws SnapshotException if a file cannot be read
  public static String ofAll(QwenImageSnapshot snapshot) {
    var print = new ModelFingerprint();
    print.weights(snapshot.transformer().tensors().values().stream().toList());
    print.weights(snapshot.textEncoder().tensors().values().stream().toList());
    print.digest.update(snapshot.files().toString().getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(print.digest.digest()).substring(0, 32);
  }

  /// 32 hexadecimal digits of a text.
  public static String of(String text) {
    byte[] hash = sha256().digest(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(hash).substring(0, 32);
  }

  private void file(Path file) {
    try {
      digest.update(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new SnapshotException(file, "cannot be read: " + e.getMessage());
    }
  }

  private void weights(List<TensorEntry> entries) {
    Map<Path, FileChannel> open = new HashMap<>();
    try {
      for (TensorEntry entry :
          entries.stream().sorted(Comparator.comparing(TensorEntry::name)).toList()) {
        weight(entry, open);
      }
    } finally {
      open.values().forEach(ModelFingerprint::close);
    }
  }

  private void weight(TensorEntry entry, Map<Path, FileChannel> open) {
    digest.update(
        (entry.name() + entry.encoding() + entry.shape()).getBytes(StandardCharsets.UTF_8));
    int length = (int) Math.min(SAMPLE, entry.length());
    ByteBuffer bytes = ByteBuffer.allocate(length);
    long at = entry.offset() + (entry.length() - length) / 2;
    try {
      FileChannel channel = open.get(entry.file());
      if (channel == null) {
        channel = FileChannel.open(entry.file());
        open.put(entry.file(), channel);
      }
      while (bytes.hasRemaining() && channel.read(bytes, at + bytes.position()) > 0) {}
    } catch (IOException e) {
      throw new SnapshotException(entry.file(), "cannot be read: " + e.getMessage());
    }
    digest.update(bytes.flip());
  }

  private static void close(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
