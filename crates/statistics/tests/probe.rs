//! p
#![allow(warnings)]
use statistics::bayes::*;
use statistics::chance::Chance;
use statistics::distribution::*;
use statistics::*;
fn nm(k: usize) -> Vec<String> {
    (0..k).map(|j| format!("x{j}")).collect()
}
fn glm(f: Family, x: &Matrix, y: &[f64]) {
    let r = Glm { x, names: &nm(x.width()), y, offset: None, weights: None, family: f }.fit();
    match r {
        Ok(r) => println!("{f:?} ok {:?} ll {} steps {}", r.coefficients, r.log_likelihood, r.steps),
        Err(e) => println!("{f:?} ERR {e}"),
    }
}
#[test]
fn probe() {
    // cloglog saturation
    let n = 60;
    let xs: Vec<f64> = (0..n).map(|i| -3.0 + f64::from(i) * 0.1).collect();
    for top in [3.0, 3.5, 4.0, 5.0, 6.0] {
        let xs: Vec<f64> = (0..n).map(|i| -3.0 + f64::from(i) * (top + 3.0) / 59.0).collect();
        let y: Vec<f64> = (0..n)
            .map(|i| {
                let p = 1.0 - (-(xs[i as usize]).exp()).exp();
                f64::from(u8::from(f64::from((i * 37 + 11) % 60) / 60.0 < p))
            })
            .collect();
        let x = Matrix::new(60, vec![vec![1.0; 60], xs.clone()]);
        println!("top {top} sum {}", y.iter().sum::<f64>());
        glm(Family::Cloglog, &x, &y);
        if top == 6.0 {
            println!("{y:?}");
        }
    }
    // logit far row
    let mut xs: Vec<f64> = (0..30).map(|i| f64::from((i * 7) % 30) / 10.0 - 1.5).collect();
    let mut y: Vec<f64> =
        (0..30).map(|i| f64::from(u8::from(f64::from((i * 11) % 30) / 30.0 < expit(xs[i as usize])))).collect();
    for far in [10.0, 30.0, 100.0, 1000.0] {
        let mut a = xs.clone();
        let mut b = y.clone();
        a.push(far);
        b.push(1.0);
        println!("far {far}");
        glm(Family::Logit, &Matrix::new(31, vec![vec![1.0; 31], a.clone()]), &b);
        let mut b2 = y.clone();
        b2.push(0.0);
        a.pop();
        a.push(-far);
        glm(Family::Logit, &Matrix::new(31, vec![vec![1.0; 31], a]), &b2);
    }
    // quasi-separation by rare dummy, with an income column
    let mut c = Chance::new(3, 0);
    let n = 1000;
    let inc: Vec<f64> = (0..n).map(|_| 300000.0 + 100000.0 * c.normal()).collect();
    let d: Vec<f64> = (0..n).map(|i| f64::from(u8::from(i < 3))).collect();
    let y: Vec<f64> = (0..n)
        .map(|i| if i < 3 { 1.0 } else { f64::from(u8::from(c.uniform() < expit((inc[i] - 300000.0) * 3e-5))) })
        .collect();
    let x = Matrix::new(n, vec![vec![1.0; n], inc.clone(), d.clone()]);
    for f in [Family::Logit, Family::Cloglog] {
        glm(f, &x, &y);
    }
    let y0: Vec<f64> = (0..n).map(|i| if i < 3 { 0.0 } else { y[i] }).collect();
    for f in [Family::Logit, Family::Cloglog, Family::Poisson] {
        glm(f, &x, &y0);
    }
    // dates in a GLM
    for base in [1e5, 1e6, 2e7, 1.7e9] {
        let t: Vec<f64> = (0..60).map(|i| base + f64::from(i % 31)).collect();
        let yy: Vec<f64> = (0..60).map(|i| f64::from((i * 7) % 5 / 3)).collect();
        print!("base {base} ");
        glm(Family::Logit, &Matrix::new(60, vec![vec![1.0; 60], t.clone()]), &yy);
        println!(
            "   ols {:?}",
            least_squares(&Matrix::new(60, vec![vec![1.0; 60], t]), &nm(2), &yy, None).map(|f| f.coefficients[1])
        );
    }
    // mixed shift
    let unit: Vec<u32> = (0..60).map(|i| i % 6).collect();
    let yb: Vec<f64> = (0..60).map(|i| f64::from((i * 71 + 5) % 89) / 30.0 + f64::from(i % 6)).collect();
    for s in [0.0, 1e4, 1e6, 1e7, 1e8] {
        let y: Vec<f64> = yb.iter().map(|v| v + s).collect();
        let r = random_intercept(&Matrix::new(60, vec![vec![1.0; 60]]), &nm(1), &y, &unit, 6).unwrap();
        println!("mixed shift {s}: {} {} blup {:?}", r.sd_unit, r.sd_residual, &r.blup[..2]);
    }
    let r = random_intercept(&Matrix::new(60, vec![vec![1.0; 60]]), &nm(1), &yb, &(0..60).collect::<Vec<u32>>(), 60)
        .unwrap();
    println!("own units {} {}", r.sd_unit, r.sd_residual);
    // bayes no variation
    for (e, t) in [
        (vec![50.0; 20], vec![100.0; 20]),
        (vec![10.0, 11.0, 9.0, 10.0], vec![40.0; 4]),
        ((0..30).map(|i| 300.0 + f64::from(i % 3)).collect(), vec![1000.0; 30]),
        (vec![3.0, 3.0, 4.0, 3.0, 3.0], vec![10.0; 5]),
    ] {
        println!("bb {:?}", BetaBinomial::fit(&e, &t));
        println!("ln {:?}", LogitNormal::fit(&e, &t).map(|l| (l.intercept, l.sd)));
    }
    // logit normal outlier
    for (e, t) in [
        (vec![1.0, 0.0, 2.0, 1.0, 300.0, 0.0, 1.0, 2.0], vec![1000.0; 8]),
        (vec![1.0, 0.0, 2.0, 1.0, 900.0, 0.0, 1.0, 2.0], vec![1000.0; 8]),
        (vec![0.0, 0.0, 5000.0, 1.0, 3.0, 20.0, 9990.0], vec![10000.0; 7]),
    ] {
        match LogitNormal::fit(&e, &t) {
            Ok(l) => {
                println!("ln {} {} {:?}", l.intercept, l.sd, l.units);
                println!("   truth here {} ", brute(&e, &t, l.intercept, l.sd));
                let mut best = (f64::NEG_INFINITY, 0.0, 0.0);
                let (b0, s0) = (l.intercept, l.sd);
                for i in -40..=40 {
                    for j in -40..=40 {
                        let (b, s) = (b0 + f64::from(i) * 0.1, s0 * (f64::from(j) * 0.05).exp());
                        let v = brute(&e, &t, b, s);
                        if v > best.0 {
                            best = (v, b, s);
                        }
                    }
                }
                println!("   grid best {best:?}");
            }
            Err(e) => println!("ln ERR {e}"),
        }
        println!("bb {:?}", BetaBinomial::fit(&e, &t));
    }
    println!("bb trials0 {:?}", BetaBinomial::fit(&[0.0; 3], &[0.0; 3]));
    let mut c = Chance::new(1, 0);
    println!("beta nan {}", (0..1000).filter(|_| c.beta(1e-3, 1e-3).is_nan()).count());
    println!("beta nan .01 {}", (0..100000).filter(|_| c.beta(0.01, 0.01).is_nan()).count());
    println!(
        "t_q {} {} t_2 inf {} chi inf {} f inf {}",
        t_quantile(0.975, 0.0),
        t_quantile(0.975, -1.0),
        t_two_sided(f64::INFINITY, 3.0),
        chi_square_upper(f64::INFINITY, 2.0),
        f_upper(f64::INFINITY, 2.0, 3.0)
    );
    for p in [0.0, 1.0, f64::NAN, 1.5] {
        println!(
            "nq {p} {:?} {:?} {:?}",
            std::panic::catch_unwind(|| normal_quantile(p)),
            std::panic::catch_unwind(|| t_quantile(p, 5.0)),
            std::panic::catch_unwind(|| binomial_quantile(p, 10, 0.3))
        );
    }
    for df in [0.05, 0.1, 0.3, 0.5] {
        println!("t_q df {df} {} {}", t_quantile(0.975, df), t_quantile(0.999, df));
    }
    println!("t_q at 1e8 {} {}", t_quantile(0.975, 9.9e7), t_two_sided(3.0, 9.9e7));
    println!("binom nan {:?}", std::panic::catch_unwind(|| binomial_quantile(0.5, 10, f64::NAN)));
    // CR2 scale
    let y: Vec<f64> = (0..40).map(|i| f64::from((i * 71 + 5) % 89) / 20.0).collect();
    let a: Vec<f64> = (0..40).map(|i| f64::from((i * 37 + 11) % 101) / 10.0).collect();
    let cl = Clusters::new((0..40).map(|i| (i * i % 11) % 4).collect());
    let m = Clusters::new((0..40).map(|i| i % 4).collect());
    for f in [1.0, 1e3, 1e5, 1e6, 1e7, 1e8] {
        let aa: Vec<f64> = a.iter().map(|v| v * f).collect();
        let x = Matrix::new(40, vec![vec![1.0; 40], aa.clone()]);
        let r = least_squares(&x, &nm(2), &y, None).unwrap();
        let c2 = r.covariance(&x, Robust::Cr2, &[m.clone()]).unwrap();
        let c3 = r.covariance(&x, Robust::Cr3, &[m.clone()]).unwrap();
        println!(
            "CR2 f {f:e} se {} {} df {:?} CR3 {}",
            c2.matrix.at(0, 0).sqrt(),
            c2.matrix.at(1, 1).sqrt() * f,
            c2.df,
            c3.matrix.at(1, 1).sqrt() * f
        );
        let dd = (1..4).map(|g| (0..40).map(|i| f64::from(u8::from(i % 4 == g))).collect::<Vec<f64>>());
        let x = x.beside(dd);
        let r = least_squares(&x, &nm(5), &y, None).unwrap();
        let c2 = r.covariance(&x, Robust::Cr2, &[m.clone()]).unwrap();
        let c3 = r.covariance(&x, Robust::Cr3, &[m.clone()]).unwrap();
        println!(
            "   dummies CR2 {} df {:?} CR3 {}",
            c2.matrix.at(1, 1).sqrt() * f,
            c2.df,
            c3.matrix.at(1, 1).sqrt() * f
        );
    }
    // date-like with intercept CR2
    for base in [0.0, 2e3, 2e5, 1e7] {
        let aa: Vec<f64> = a.iter().map(|v| v + base).collect();
        let x = Matrix::new(40, vec![vec![1.0; 40], aa]);
        let r = least_squares(&x, &nm(2), &y, None).unwrap();
        let c2 = r.covariance(&x, Robust::Cr2, &[m.clone()]).unwrap();
        println!(
            "CR2 base {base} b {} se {} df {:?} lev {}",
            r.coefficients[1],
            c2.matrix.at(1, 1).sqrt(),
            c2.df,
            r.leverage.iter().sum::<f64>()
        );
    }
    // leverage one
    let mut d = vec![0.0; 40];
    d[7] = 1.0;
    let x = Matrix::new(40, vec![vec![1.0; 40], a.clone(), d]);
    let r = least_squares(&x, &nm(3), &y, None).unwrap();
    println!(
        "lev1: h {:e} left {} stud {} press {} HC2 {:?} HC3 {:?}",
        1.0 - r.leverage[7],
        r.left_out(&y)[7],
        r.studentised()[7],
        r.press(),
        r.covariance(&x, Robust::Hc2, &[]).unwrap().matrix.at(2, 2),
        r.covariance(&x, Robust::Hc3, &[]).unwrap().matrix.at(2, 2)
    );
    let c2 = r.covariance(&x, Robust::Cr2, &[Clusters::new((0..40).collect())]).unwrap();
    println!("  CR2 {:?} {:?}", c2.matrix.at(2, 2), c2.df);
    // df=1
    let x = Matrix::new(3, vec![vec![1.0; 3], vec![1.0, 2.0, 4.0]]);
    println!("df1 {:?}", least_squares(&x, &nm(2), &[1.0, 3.0, 2.0], None).unwrap().studentised());
    println!("const y r2 {}", least_squares(&x, &nm(2), &[0.1, 0.1, 0.1], None).unwrap().r2);
    println!(
        "neg w {:?}",
        least_squares(&Matrix::new(4, vec![vec![1.0; 4]]), &nm(1), &[1.0, 2.0, 3.0, 4.0], Some(&[1.0, 1.0, -1.0, 1.0]))
            .map(|r| r.coefficients)
    );
    println!(
        "nan y {:?}",
        least_squares(&Matrix::new(4, vec![vec![1.0; 4]]), &nm(1), &[1.0, 2.0, f64::NAN, 4.0], None)
            .map(|r| r.coefficients)
    );
    println!(
        "inf x {:?}",
        least_squares(
            &Matrix::new(4, vec![vec![1.0; 4], vec![1.0, 2.0, f64::INFINITY, 4.0]]),
            &nm(2),
            &[1.0, 2.0, 3.0, 4.0],
            None
        )
        .map(|r| r.coefficients)
    );
    // glm weights zero / too few
    // design -0
    let f = Frame::new(4).with("a", Column::Number(vec![-0.0, 0.0, 1.0, 2.0]));
    let dz = Design::new(
        &f,
        &DesignSpec {
            terms: vec!["a".into()],
            categorical: vec!["a".into()],
            bases: vec![Base { column: "a".into(), level: "1".into() }],
            intercept: true,
        },
    );
    println!("-0 {:?}", dz);
    let f = Frame::new(4)
        .with("age", Column::Number(vec![1.0, 2.0, 3.0, 5.0]))
        .with("sex", Column::Text { codes: vec![0, 1, 0, 1], levels: vec!["f".into(), "m".into()] });
    println!(
        "noint {:?}",
        Design::new(&f, &DesignSpec { terms: vec!["age".into(), "sex".into()], ..DesignSpec::default() })
            .unwrap()
            .names
    );
    // gap in clusters
    let x = Matrix::new(40, vec![vec![1.0; 40], a.clone()]);
    let r = least_squares(&x, &nm(2), &y, None).unwrap();
    let g1 = Clusters::new((0..40).map(|i| i % 4).collect());
    let g2 = Clusters::new((0..40).map(|i| (i % 4) * 10).collect());
    println!(
        "gap {} {} df {:?}",
        r.covariance(&x, Robust::Cr1, &[g1]).unwrap().matrix.at(1, 1),
        r.covariance(&x, Robust::Cr1, &[g2.clone()]).unwrap().matrix.at(1, 1),
        r.covariance(&x, Robust::Cr1, &[g2]).unwrap().df
    );
    // HC1 with zero weights
    let mut w = vec![1.0; 40];
    for i in 0..10 {
        w[i] = 0.0;
    }
    let rz = least_squares(&x, &nm(2), &y, Some(&w)).unwrap();
    let keep: Vec<usize> = (10..40).collect();
    let rx = least_squares(&x.take(&keep), &nm(2), &y[10..], None).unwrap();
    for rb in [Robust::Hc1, Robust::Cr1s] {
        println!(
            "{rb:?} zero w {} vs dropped {}",
            rz.covariance(&x, rb, &[m.clone()]).unwrap().matrix.at(1, 1),
            rx.covariance(&x.take(&keep), rb, &[Clusters::new(m.of_row[10..].to_vec())]).unwrap().matrix.at(1, 1)
        );
    }
}
fn brute(e: &[f64], t: &[f64], b: f64, s: f64) -> f64 {
    let h = 20.0 / 8000.0;
    e.iter()
        .zip(t)
        .map(|(r, n)| {
            let at = |i: i32| {
                let u = f64::from(i) * h - 10.0;
                let eta = b + s * u;
                r * eta - n * log1p_exp(eta) - 0.5 * u * u
            };
            let top = (0..=8000).map(at).fold(f64::NEG_INFINITY, f64::max);
            top + ((0..=8000).map(|i| (at(i) - top).exp()).sum::<f64>() * h).ln()
                - 0.5 * (2.0 * std::f64::consts::PI).ln()
        })
        .sum()
}
#[test]
fn slow() {
    for k in [30usize, 60] {
        let n = 600;
        let mut c = Chance::new(1, 0);
        let mut cols = vec![vec![1.0; n]];
        for _ in 1..k {
            cols.push((0..n).map(|_| c.normal()).collect());
        }
        let x = Matrix::new(n, cols);
        let y: Vec<f64> = (0..n).map(|_| c.normal()).collect();
        let r = least_squares(&x, &nm(k), &y, None).unwrap();
        let t = std::time::Instant::now();
        let v = r.covariance(&x, Robust::Cr2, &[Clusters::new((0..n as u32).map(|i| i / 30).collect())]).unwrap();
        println!("k {k}, 20 clusters: {:?} {}", t.elapsed(), v.df[1]);
        let t = std::time::Instant::now();
        let g = x.gram(None);
        let e = symmetric_eigen(&g);
        println!("  eigen {:?}", t.elapsed());
    }
}
