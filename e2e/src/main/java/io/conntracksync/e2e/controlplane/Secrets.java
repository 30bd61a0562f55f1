package io.conntracksync.e2e.controlplane;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/**
 * What the servers and the administrator know: made anew for each control plane.
 *
 * @param serviceAccountKey file with the RSA key that signs service account tokens (PEM, PKCS #8)
 * @param tokens file with the administrator's token, as {@code --token-auth-file} wants it
 * @param adminToken that token
 */
record Secrets(Path serviceAccountKey, Path tokens, String adminToken) {
  private static final int TOKEN_BYTES = 24;

  static Secrets create(Path folder) {
    try {
      byte[] random = new byte[TOKEN_BYTES];
      new SecureRandom().nextBytes(random);
      String token = HexFormat.of().formatHex(random);
      Path tokens =
          Files.writeString(
              folder.resolve("tokens.csv"), token + ",admin,admin,\"system:masters\"\n");
      return new Secrets(
          Files.writeString(folder.resolve("service-accounts.pem"), rsaKey()), tokens, token);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write into " + folder, e);
    }
  }

  private static String rsaKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      byte[] key = generator.generateKeyPair().getPrivate().getEncoded();
      String text =
          Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(key);
      return "-----BEGIN PRIVATE KEY-----\n" + text + "\n-----END PRIVATE KEY-----\n";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has RSA", e);
    }
  }
}
