package io.inkstream.server.api;

import io.inkstream.server.config.OperationSettings;
import jakarta.enterprise.inject.Instance;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Ends the reading of a body that grows too large: one whose size nobody declared. Quarkus 3.34
/// answers such a body without OpenAI's error object, and its limit is no setting of ours; when an
/// exception mapper hears of it, this class can go.
@Provider
final class BodyLimit implements ReaderInterceptor {
  // Asked for late: interceptors are made before there are settings.
  private final Instance<OperationSettings> settings;

  BodyLimit(Instance<OperationSettings> settings) {
    this.settings = settings;
  }

  @Override
  public Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
    context.setInputStream(new Limited(context.getInputStream(), settings.get().maxBodyBytes()));
    return context.proceed();
  }

  private static final class Limited extends FilterInputStream {
    private long left;

    Limited(InputStream body, long most) {
      super(body);
      this.left = most;
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      count(value < 0 ? 0 : 1);
      return value;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int read = super.read(into, offset, length);
      count(Math.max(0, read));
      return read;
    }

    private void count(int read) {
      left -= read;
      if (left < 0) {
        throw ApiException.bodyTooLarge();
      }
    }
  }
}
