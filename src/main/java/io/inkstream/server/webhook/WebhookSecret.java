package io.inkstream.server.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// What deliveries are signed with, as [Standard Webhooks](https://www.standardwebhooks.com) says:
/// HMAC-SHA256 over `id.timestamp.body`. Nothing shows it.
public final class WebhookSecret {
  private static final String PREFIX = "whsec_";
  private static final String ALGORITHM = "HmacSHA256";
  private static final int SHORTEST = 16;
  private static final int LONGEST = 256;

  private final SecretKeySpec key;

  private WebhookSecret(byte[] key) {
    this.key = new SecretKeySpec(key, ALGORITHM);
  }

  /// A secret as OpenAI's clients take it: `whsec_` and Base64, else its own UTF-8.
  ///
  /// @throws IllegalArgumentException unless it is 16 to 256 bytes
  public static WebhookSecret parse(String text) {
    byte[] key =
        text.startsWith(PREFIX)
            ? Base64.getDecoder().decode(text.substring(PREFIX.length()))
            : text.getBytes(StandardCharsets.UTF_8);
    if (key.length < SHORTEST || key.length > LONGEST) {
      throw new IllegalArgumentException();
    }
    return new WebhookSecret(key);
  }

  /// One signature of the header, `v1,BASE64`.
  ///
  /// @param timestamp seconds since 1970
  String sign(String id, long timestamp, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update("%s.%d.".formatted(id, timestamp).getBytes(StandardCharsets.UTF_8));
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }

  @Override
  public String toString() {
    return "WebhookSecret";
  }
}
