package io.conntracksync.node.backend;

/** Looks for Cilium on this node. Each look may take as long as a call of Cilium's agent may. */
interface CiliumProbe {
  /** Of the API of Cilium's agent. */
  Sight api();

  /** Of Cilium's maps. */
  Sight maps();
}
