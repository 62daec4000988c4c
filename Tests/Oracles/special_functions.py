"""Rows of Tests/NumericCoreTests/SpecialFunctions/SpecialFunctionTests.swift, from 40-digit arithmetic."""
from mpmath import mp, mpf, loggamma, digamma, psi, log, beta, gammainc, betainc, ncdf, besselj, bessely, besseli, besselk, erfc, binomial
mp.dps=40
def row(f,args,v): print(f'    ("{f}", [{", ".join(repr(float(a)) for a in args)}], {mp.nstr(v,18)}),')
for x in [1e-10,0.3,1,1.5,2,7.2,50,1e5,1e12]: row("logGamma",[x],loggamma(mpf(x)))
for x in [1e-6,0.3,1,3.7,25,1e6,-0.5,-7.3]: row("digamma",[x],digamma(mpf(x)))
for x in [1e-4,0.3,1,3.7,25,1e6,-0.5]: row("trigamma",[x],psi(1,mpf(x)))
for a,b in [(0.1,0.2),(3,5),(1e-3,400),(1e5,2e5)]: row("logBeta",[a,b],log(beta(mpf(a),mpf(b))))
for a,x in [(0.5,0.1),(3,2.5),(40,60),(1e3,980)]:
    row("regularizedGammaP",[a,x],gammainc(mpf(a),0,mpf(x),regularized=True)); row("regularizedGammaQ",[a,x],gammainc(mpf(a),mpf(x),mp.inf,regularized=True))
for a,b,x in [(0.5,0.5,0.2),(3,7,0.4),(100,50,0.7)]: row("regularizedBeta",[a,b,x],betainc(mpf(a),mpf(b),0,mpf(x),regularized=True))
for x in [-30,-5,-1,0,0.5,3]: row("normalCDF",[x],ncdf(mpf(x)))
for x in [-1000,-40,-5,-1,2]: row("normalLogCDF",[x],log(erfc(-mpf(x)/mp.sqrt(2))/2))
for p in [1e-300,1e-10,0.02,0.5,0.7,0.999]: row("normalQuantile",[p],mp.findroot(lambda z: log(erfc(-z/mp.sqrt(2))/2)-log(mpf(p)), {1e-300:-37,1e-10:-6.3,0.02:-2,0.5:0.01,0.7:0.5,0.999:3}[p]))
for nu,x in [(0,1.5),(2.5,4),(10,20)]:
    row("besselJ",[nu,x],besselj(mpf(nu),mpf(x))); row("besselY",[nu,x],bessely(mpf(nu),mpf(x))); row("besselI",[nu,x],besseli(mpf(nu),mpf(x))); row("besselK",[nu,x],besselk(mpf(nu),mpf(x))); row("scaledBesselI",[nu,x],besseli(mpf(nu),mpf(x))*mp.exp(-mpf(x)))
row("logBesselK",[1.5,900],log(besselk(mpf(1.5),900)))
for n,k in [(10,3),(1000,499),(5,0)]: row("logBinomialCoefficient",[n,k],log(binomial(n,k)))
for x in [0.5,3,16,1e4]: row("stirlingError",[x],loggamma(mpf(x)+1)-((mpf(x)+mpf(1)/2)*log(mpf(x))-mpf(x)+log(2*mp.pi)/2))
