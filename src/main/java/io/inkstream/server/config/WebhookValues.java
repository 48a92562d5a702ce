package io.inkstream.server.config;

import static io.inkstream.server.config.WebhookEntries.*;

import io.inkstream.server.webhook.WebhookSecret;
import io.inkstream.server.webhook.WebhookSettings;
import java.util.List;

/// How deliveries are made, checked.
public final class WebhookValues {
  private WebhookValues() {}

  /// Checks the settings.
  ///
  /// @throws SettingException if a value is not allowed; shows no secret
  public static WebhookSettings from(SettingValues values) {
    return new WebhookSettings(
        secrets(values),
        values.get(WEBHOOK_ALLOWED_NETWORKS),
        values.get(WEBHOOK_URL),
        values.get(WEBHOOK_TIMEOUT),
        values.get(WEBHOOK_RETRIES),
        values.get(WEBHOOK_MAX_AGE));
  }

  private static List<WebhookSecret> secrets(SettingValues values) {
    try {
      return values.get(WEBHOOK_SECRET).stream().map(WebhookSecret::parse).toList();
    } catch (IllegalArgumentException e) {
      throw values.wrong(
          WEBHOOK_SECRET,
          "has a secret that is neither whsec_ and Base64 nor a text, of 16 to 256 bytes");
    }
  }
}
