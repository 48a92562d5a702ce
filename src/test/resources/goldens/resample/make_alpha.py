# Pictures with transparency, Pillow 11.3: usage make_alpha.py OUT
import sys, numpy as np
from PIL import Image
from safetensors.numpy import save_file
g=np.random.default_rng(8); t={}
for i,((w,h),(W,H)) in enumerate([((37,23),(16,16)),((20,31),(64,80)),((64,64),(64,32)),((33,40),(12,40)),((24,24),(24,24))]):
    a=g.integers(0,256,(h,w,4),dtype=np.uint8); a[h//3:2*h//3,:,3]=0; a[:, 3*w//4:,3]=255
    t[f"{i}.input"]=a; t[f"{i}.lanczos"]=np.array(Image.fromarray(a,'RGBA').resize((W,H),Image.LANCZOS))
    white=Image.new('RGB',(w,h),(255,)*3); r=Image.fromarray(a,'RGBA'); white.paste(r,mask=r.getchannel('A')); t[f"{i}.white"]=np.array(white)
save_file(t,sys.argv[1])
