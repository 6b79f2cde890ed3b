"""Scores scikit-learn's MLP and HistGradientBoosting with their defaults, for bench/suites/accuracy.ts.

Reads an entry of tables.json with an absolute path from each line of stdin, and answers with the five-fold means.
"""

import json
import sys
import warnings

import numpy
import pandas
import sklearn
from sklearn.compose import TransformedTargetRegressor, make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_score
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

warnings.filterwarnings("ignore")


def behind(features, model):
    """Returns a pipeline of imputation, one-hot encoding, scaling and the model."""
    numbers = [name for name in features if pandas.api.types.is_numeric_dtype(features[name]) and features[name].dtype != bool]
    words = [name for name in features if name not in numbers]
    return make_pipeline(
        make_column_transformer(
            (make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
            (
                make_pipeline(
                    SimpleImputer(strategy="most_frequent"),
                    OneHotEncoder(handle_unknown="ignore", sparse_output=False),
                    StandardScaler(),
                ),
                words,
            ),
        ),
        model,
    )


def read(entry):
    table = pandas.read_csv(entry["path"])
    label = table.pop(entry["label"])
    table = table[label.notna()].drop(columns=entry.get("drop", []))
    label = label[label.notna()]
    for name in table:
        if table[name].dtype == bool or not pandas.api.types.is_numeric_dtype(table[name]):
            words = table[name].astype(object)
            table[name] = words.where(words.isna(), words.astype(str)).where(words.notna(), numpy.nan)
    is_quantity = entry["task"] == "quantities"
    return table, label.to_numpy(float) if is_quantity else label.astype(str).to_numpy(), is_quantity


print(sklearn.__version__, flush=True)
for line in sys.stdin:
    features, label, is_quantity = read(json.loads(line))
    if is_quantity:
        folds = KFold(5, shuffle=True, random_state=0)
        mlp = TransformedTargetRegressor(MLPRegressor(random_state=0), transformer=StandardScaler())
        boosting = HistGradientBoostingRegressor(random_state=0)
    else:
        folds = StratifiedKFold(5, shuffle=True, random_state=0)
        mlp = MLPClassifier(random_state=0)
        boosting = HistGradientBoostingClassifier(random_state=0)
    # The default score: accuracy of classes, R2 of quantities.
    scores = [cross_val_score(behind(features, model), features, label, cv=folds).mean() for model in (mlp, boosting)]
    print(json.dumps({"mlp": scores[0], "boosting": scores[1]}), flush=True)
