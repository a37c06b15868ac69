/* op_tmp.c - linear and conv2d at their plainest, until the kernels land: the other rooms need something to run. */
/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/common.h"
#include <string.h>
struct hs_packed { float *w; const float *b; size_t out, in, kh, kw; int64_t pad[4], stride[2]; };
static enum hs_status lin_shape(const struct hs_net *net, struct hs_node *n, const struct hs_shape *in, struct hs_err *e)
{ (void)e; const struct hs_shape *w=&hs_node_param(net,n,"weight")->value.shape; n->results=1; n->out[0]=*in; n->out[0].dim[in->rank-1]=w->dim[0]; return HS_OK; }
static enum hs_status pack(const struct hs_net *net, const struct hs_node *n, const struct hs_tensor *weight, struct hs_packed **out, struct hs_err *e)
{
    const struct hs_tensor *w = weight ? weight : &hs_node_param(net, n, "weight")->value;
    struct hs_packed *p = hs_alloc_zeroed(1, sizeof *p); if(!p) return HS_OUT_OF_MEMORY(e);
    p->out=w->shape.dim[0]; p->in=w->shape.dim[1]; p->kh=p->kw=1; if(w->shape.rank==4) p->kh=w->shape.dim[2],p->kw=w->shape.dim[3];
    const struct hs_param *b=hs_node_param(net,n,"bias"); p->b=b?b->value.data:NULL;
    const struct hs_attr *a=hs_node_attr(n,"padding"); for(int i=0;i<4;i++) p->pad[i]=a?a->ints[a->n==4?i:a->n==2?i%2:0]:0;
    a=hs_node_attr(n,"stride"); for(int i=0;i<2;i++) p->stride[i]=a?a->ints[a->n==2?i:0]:1;
    p->w=hs_alloc(p->out*p->in*p->kh*p->kw,4); if(!p->w){hs_free(p);return HS_OUT_OF_MEMORY(e);}
    for(size_t o=0;o<p->out;o++)for(size_t i=0;i<p->in;i++)for(size_t k=0;k<p->kh*p->kw;k++) p->w[(k*p->in+i)*p->out+o]=w->data[(o*p->in+i)*p->kh*p->kw+k];
    *out=p; return HS_OK;
}
static void unpack(struct hs_packed *p){ if(p) hs_free(p->w); hs_free(p);}
static enum hs_status lin(const struct hs_op_call *c, struct hs_err *e)
{ (void)e; const struct hs_packed *p=c->packed; size_t rows=hs_shape_count(&c->in[0]->shape)/p->in; 
  for(size_t r=0;r<rows;r++){ float *y=c->out[0].data+r*p->out; const float*x=c->in[0]->data+r*p->in; for(size_t o=0;o<p->out;o++) y[o]=p->b?p->b[o]:0; for(size_t i=0;i<p->in;i++) for(size_t o=0;o<p->out;o++) y[o]+=x[i]*p->w[i*p->out+o]; } return HS_OK; }
static enum hs_status conv_shape(const struct hs_net *net, struct hs_node *n, const struct hs_shape *in, struct hs_err *e)
{ struct hs_packed *p; HS_TRY(pack(net,n,NULL,&p,e)); n->results=1; n->out[0]=*in; n->out[0].dim[1]=(in->dim[1]+p->pad[0]+p->pad[2]-p->kh)/p->stride[0]+1; n->out[0].dim[2]=(in->dim[2]+p->pad[1]+p->pad[3]-p->kw)/p->stride[1]+1; n->out[0].dim[3]=p->out; unpack(p); return HS_OK; }
static enum hs_status conv(const struct hs_op_call *c, struct hs_err *e)
{ (void)e; const struct hs_packed *p=c->packed; const struct hs_shape *s=&c->in[0]->shape,*t=&c->out[0].shape;
  for(size_t n=0;n<s->dim[0];n++)for(size_t y=0;y<t->dim[1];y++)for(size_t x=0;x<t->dim[2];x++){ float*o=c->out[0].data+((n*t->dim[1]+y)*t->dim[2]+x)*p->out; for(size_t k=0;k<p->out;k++)o[k]=p->b?p->b[k]:0;
   for(size_t ky=0;ky<p->kh;ky++){ long yy=(long)(y*p->stride[0]+ky)-p->pad[0]; if(yy<0||yy>=(long)s->dim[1])continue; for(size_t kx=0;kx<p->kw;kx++){ long xx=(long)(x*p->stride[1]+kx)-p->pad[1]; if(xx<0||xx>=(long)s->dim[2])continue; const float*q=c->in[0]->data+((n*s->dim[1]+yy)*s->dim[2]+xx)*p->in; const float*w=p->w+(ky*p->kw+kx)*p->in*p->out; for(size_t i=0;i<p->in;i++,w+=p->out)for(size_t k=0;k<p->out;k++)o[k]+=q[i]*w[k]; } } } return HS_OK; }
static const struct hs_param_rule pr[]={{.name="weight",.required=true,.is_weight=true,.meaning="w"},{.name="bias",.meaning="b"},{.name=NULL}};
static const struct hs_attr_rule ar[]={{.name="padding",.kind=HS_ATTR_INT,.min=1,.max=4,.meaning="p"},{.name="stride",.kind=HS_ATTR_INT,.min=1,.max=2,.meaning="p"},{.name="dilation",.kind=HS_ATTR_INT,.min=1,.max=2,.meaning="p"},{.name="groups",.kind=HS_ATTR_INT,.min=1,.max=1,.meaning="p"},{.name=NULL}};
const struct hs_op_type hs_op_linear={.name="linear",.summary="s",.version=1,.role=HS_ROLE_LAYER,.min_inputs=1,.max_inputs=1,.param=pr,.memory=HS_LOGICAL,.shape=lin_shape,.pack=pack,.unpack=unpack,.forward=lin};
const struct hs_op_type hs_op_conv2d={.name="conv2d",.summary="s",.version=1,.role=HS_ROLE_LAYER,.min_inputs=1,.max_inputs=1,.param=pr,.attr=ar,.memory=HS_SPATIAL,.shape=conv_shape,.pack=pack,.unpack=unpack,.forward=conv};
