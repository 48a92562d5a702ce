package io.inkstream.server.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/// Writes values as JSON whose files become Base64 only on their way out.
@Singleton
public final class ChunkedJson {
  private final ObjectMapper mapper;

  public ChunkedJson(ObjectMapper mapper) {
    this.mapper =
        mapper
            .copy()
            .registerModule(new SimpleModule().addSerializer(byte[].class, new FileSerializer()));
  }

  /// The value, whose byte arrays are files. Each is kept until it is written, and none is copied.
  public Chunks write(Object value) {
    var parts = new Parts();
    try {
      mapper.writeValue(parts, value);
    } catch (IOException e) {
      throw new IllegalStateException("an answer has no form in JSON", e);
    }
    return parts.toChunks();
  }

  /// Where Jackson writes: text, and files that it hands over.
  private static final class Parts extends OutputStream {
    private final List<Chunks.Part> parts = new ArrayList<>();
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();

    @Override
    public void write(int b) {
      text.write(b);
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
      text.write(bytes, from, length);
    }

    void add(Chunks.Part part) {
      parts.add(new Chunks.Text(text.toByteArray()));
      parts.add(part);
      text.reset();
    }

    Chunks toChunks() {
      parts.add(new Chunks.Text(text.toByteArray()));
      return new Chunks(parts);
    }
  }

  private static final class FileSerializer extends JsonSerializer<byte[]> {
    @Override
    public void serialize(byte[] file, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeRawValue("\"");
      json.flush(); // the generator has a buffer of its own before the parts
      ((Parts) json.getOutputTarget()).add(new Chunks.File(file));
      json.writeRaw('"');
    }
  }
}
