package io.conntracksync.e2e.bed;

import java.nio.file.Path;

/**
 * What a guest is started from, as its libvirt sees it.
 *
 * @param consoles the folder for what the guest prints
 */
record GuestFiles(Path kernel, Path image, Path consoles) {}
