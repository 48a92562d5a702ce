import sys, numpy as np, torch
from PIL import Image
from torchvision.transforms.v2 import functional as TF
from torchvision.transforms import InterpolationMode
from safetensors.torch import save_file
g=np.random.default_rng(7); t={}
def smooth(h,w):
    a=g.integers(0,256,(h,w,3),dtype=np.uint8); a[h//3:2*h//3, w//4:w//2]=[255,0,255]; a[:, 3*w//4:]=a[:, 3*w//4:]//64*85
    return a
for i,((w,h),(W,H)) in enumerate([((37,23),(16,16)),((20,31),(64,80)),((90,7),(7,90)),((64,64),(64,32)),((33,40),(12,40)),((3,5),(48,16))]):
    a=smooth(h,w); t[f"{i}.input"]=torch.from_numpy(a)
    t[f"{i}.lanczos"]=torch.from_numpy(np.array(Image.fromarray(a).resize((W,H),Image.LANCZOS)))
    t[f"{i}.lanczos_grey"]=torch.from_numpy(np.array(Image.fromarray(a[...,0].copy()).resize((W,H),Image.LANCZOS)))
    t[f"{i}.bicubic"]=TF.resize(torch.from_numpy(a).permute(2,0,1),[H,W],interpolation=InterpolationMode.BICUBIC,antialias=True).permute(1,2,0).contiguous()
save_file(t,sys.argv[1])
