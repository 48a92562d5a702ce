package io.inkstream.server.api;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import jakarta.enterprise.inject.spi.CDI;

/// Netty's hook into the connections of a server. Netty makes it, by `META-INF/services`.
public final class Connections extends ChannelInitializerExtension {
  /// For Netty.
  public Connections() {}

  @Override
  public void postInitializeServerChildChannel(Channel connection) {
    connection.pipeline().addLast(new FirstBytes(CDI.current().select(HttpRules.class).get()));
  }
}
