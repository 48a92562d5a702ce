package io.inkstream.server.http;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/// Netty's hook into the connections of a server. Netty makes it, by `META-INF/services`, and knows
/// no beans: so the rules are left here before it does.
public final class Connections extends ChannelInitializerExtension {
  private static volatile @Nullable HttpRules rules;

  /// For Netty.
  public Connections() {}

  /// Before a server listens for the first time, which is when Netty looks for extensions.
  static void follow(HttpRules given) {
    rules = given;
    System.setProperty(EXTENSIONS_SYSTEM_PROPERTY, "serviceload");
  }

  @Override
  public void postInitializeServerChildChannel(Channel connection) {
    HttpRules given = rules;
    if (given != null) {
      connection.pipeline().addLast(new FirstBytes(given));
    }
  }
}
