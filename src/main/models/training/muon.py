"""Muon for many small matrices at once: momentum, orthogonalised by Newton-Schulz (Jordan et al., 2024).

Matrices of one shape are stacked, so a step is a few batched products instead of hundreds of small ones. The update has
the root mean square of AdamW's (0.2 of the learning rate; Liu et al., arXiv:2502.16982), so both take one learning rate.
"""
import torch


def orthogonalise(g, steps=5):
    """g [n, rows, columns] -> nearly the nearest semi-orthogonal matrices"""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = g.bfloat16()
    tall = x.shape[1] > x.shape[2]
    if tall: x = x.mT
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(steps):
        s = x @ x.mT
        x = a * x + (b * s + c * s @ s) @ x
    return (x.mT if tall else x).to(g.dtype)


class Muon(torch.optim.Optimizer):
    """@param lr: a tensor, so that a captured step follows the schedule"""

    def __init__(self, params, lr, momentum=.95, weight_decay=.02):
        super().__init__(list(params), dict(lr=lr, momentum=momentum, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            stacks = {}
            for p in group["params"]:
                rows, columns = p.shape
                parts = 6 if rows == 6 * columns else 1   # a modulation is six matrices
                stacks.setdefault((rows // parts, columns), []).append((p, parts))
            for (rows, columns), members in stacks.items():
                params, parts = zip(*members)
                grads = torch.cat([p.grad.view(n, rows, columns) for p, n in members])
                momentum = self.state[params[0]].setdefault("momentum", torch.zeros_like(grads))
                momentum.lerp_(grads, 1 - group["momentum"])
                update = orthogonalise(grads.lerp(momentum, group["momentum"])) * (.2 * max(rows, columns) ** .5 * group["lr"])
                torch._foreach_mul_(params, 1 - group["lr"] * group["weight_decay"])
                torch._foreach_sub_(params, [u.reshape(p.shape) for u, p in zip(update.split(parts), params)])
